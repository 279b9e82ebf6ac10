/** One page on the desk: its picture, as sharp as the screen, and what lies over it. */

import { make } from "./dom.js";
import { variant } from "./line.js";
import { state } from "./state.js";
import { t } from "./words.js";

const WIDEST = 2200; // pixels of a whole page; nearer than that, only what is seen is fetched sharp
const AGAIN = 1000; // ms until a page whose picture did not come is asked for once more
const AROUND = 0.15; // of what is seen, that is fetched besides

export class Sheet {
  constructor() {
    this.paper = make("div", { class: "paper" });
    this.over = make("div", { class: "over" });
    this.element = make("div", { class: "sheet" }, this.paper, this.over);
    this.layers = {};
    this.leaf = null;
    this.page = -1;
  }

  /**
   * Lay *leaf* there, *scale* CSS pixels to the millimetre.
   * @param {boolean} bleeds whether the bleed is seen
   * @param {string} fold the side that is bound: left, right or none
   */
  lay(page, leaf, scale, bleeds, fold) {
    const turned = page !== this.page;
    const before = this.leaf;
    Object.assign(this, { page, leaf, scale, fold });
    this.element.dataset.page = page + 1;
    if (turned) this.clear();
    if (!leaf) {
      this.element.classList.add("waiting");
      return;
    }
    this.element.dataset.due = leaf.id; // and `shown` once its picture is there
    this.element.classList.remove("waiting");
    this.element.classList.toggle("blank", leaf.id === "blank");
    const [left, top, right, bottom] = leaf.bleed;
    this.size(leaf, scale, bleeds);
    this.pixels = Math.round((leaf.width + left + right) * scale * devicePixelRatio);
    this.high = Math.round((leaf.height + top + bottom) * scale * devicePixelRatio);
    this.refresh(!turned && before !== null && before.id !== leaf.id);
  }

  size(leaf, scale, bleeds) {
    const [left, top, right, bottom] = leaf.bleed.map((side) => (bleeds ? side * scale : 0));
    const inner = { left: this.fold === "left" ? 0 : left, right: this.fold === "right" ? 0 : right };
    const style = this.paper.style;
    style.left = `${-inner.left}px`;
    style.top = `${-top}px`;
    style.width = `${leaf.width * scale + inner.left + inner.right}px`;
    style.height = `${leaf.height * scale + top + bottom}px`;
    this.shift = [inner.left - leaf.bleed[0] * scale, top - leaf.bleed[1] * scale];
    this.element.style.width = `${leaf.width * scale}px`;
    this.element.style.height = `${leaf.height * scale}px`;
    for (const picture of Object.values(this.layers)) this.put(picture);
  }

  /** Fetch what is to be seen, unless it is there. */
  refresh(flashes = false) {
    if (!this.leaf || this.leaf.id === "blank") {
      this.drop("page", "sharp", "ink", "before");
      return;
    }
    const wide = Math.min(WIDEST, this.pixels);
    this.want("page", this.address(this.leaf.id, wide), null, flashes);
    this.want("ink", this.inkAddress(wide), null, false);
    const before = state.compare ? state.book.before[this.page] : null;
    this.want("before", before ? this.leafAddress(before, wide) : null, null, false);
    if (this.pixels <= WIDEST) this.drop("sharp");
  }

  /** Fetch the part of the page that is seen, *seen* in CSS pixels of the sheet. */
  sharpen(seen) {
    if (!this.leaf || this.leaf.id === "blank" || this.pixels <= WIDEST) return;
    const [left, top] = this.leaf.bleed.map((side) => side * this.scale);
    const more = [seen.width * AROUND, seen.height * AROUND];
    const ratio = devicePixelRatio;
    const x0 = Math.max(0, Math.floor((seen.x + left - more[0]) * ratio));
    const y0 = Math.max(0, Math.floor((seen.y + top - more[1]) * ratio));
    const x1 = Math.min(this.pixels, Math.ceil((seen.x + left + seen.width + more[0]) * ratio));
    const y1 = Math.min(this.high, Math.ceil((seen.y + top + seen.height + more[1]) * ratio));
    if (x1 <= x0 || y1 <= y0) return;
    const window = [x0, y0, x1 - x0, y1 - y0];
    const address = `/leaf/${this.leaf.id}/${this.pixels}?window=${window}`;
    if (state.finish !== "screen" || this.layers.sharp?.wanted?.startsWith(address)) return;
    this.want("sharp", address, window, false).then(() => {
      // Photographs on a page are small: close up, they are asked for as sharp as they are.
      const there = this.layers.sharp?.wanted === address;
      if (there && this.photographs) this.want("sharp", `${address}&close`, window, false);
    });
  }

  address(id, wide) {
    return state.finish === "press" ? this.ink(id, "print", wide) : this.leafAddress(id, wide);
  }

  leafAddress(id, wide) {
    return `/leaf/${id}/${wide}${state.compare ? "?lossless" : ""}`;
  }

  inkAddress(wide) {
    if (state.plate) return this.ink(this.leaf.id, state.plate, wide);
    return state.overlays.has("ink") ? this.ink(this.leaf.id, "total", Math.min(wide, 1100)) : null;
  }

  ink(id, kind, wide) {
    return `/ink/${id}/${encodeURIComponent(kind)}/${wide}?${variant()}`;
  }

  /** Show the picture at *address* in *layer* once it is there; until then what was there stays. */
  async want(layer, address, window, flashes) {
    const there = this.layers[layer];
    if (there?.wanted === address) return;
    if (!address) {
      this.drop(layer);
      return;
    }
    if (there) there.wanted = address;
    else this.layers[layer] = { layer, wanted: address, window, image: null };
    if (address.startsWith("/ink/")) this.ask();
    const image = make("img", { class: layer, alt: "", draggable: "false", src: address });
    try {
      await image.decode();
    } catch {
      this.failed(layer, address);
      return;
    } finally {
      if (address.startsWith("/ink/")) this.asked?.remove();
    }
    const now = this.layers[layer];
    if (now?.wanted !== address) return; // something else is wanted by now
    now.image?.remove();
    Object.assign(now, { image, window });
    this.put(now);
    this.paper.append(image);
    if (layer === "page") this.shown(flashes);
  }

  /** Plates take a moment: say so. */
  ask() {
    this.asked?.remove();
    this.asked = make("p", { class: "asking" }, t("separating"));
    this.element.append(this.asked);
  }

  put({ image, window }) {
    if (!image) return;
    const [left, top] = this.shift;
    const ratio = devicePixelRatio;
    const [x, y, width, height] = window ?? [0, 0, this.pixels, this.high];
    Object.assign(image.style, {
      left: `${left + x / ratio}px`,
      top: `${top + y / ratio}px`,
      width: `${width / ratio}px`,
      height: `${height / ratio}px`,
    });
  }

  shown(flashes) {
    const id = this.leaf.id;
    requestAnimationFrame(() => {
      this.element.dataset.shown = id;
      performance.mark(`shown ${id}`);
      if (!flashes) return;
      this.element.classList.remove("flash");
      void this.element.offsetWidth; // so that it begins again
      this.element.classList.add("flash");
    });
  }

  failed(layer, address) {
    if (this.layers[layer]?.wanted !== address) return;
    this.layers[layer].wanted = null;
    if (address.startsWith("/ink/")) {
      this.element.dispatchEvent(new CustomEvent("noink", { bubbles: true, detail: address }));
    } else if (layer === "page") {
      setTimeout(() => this.refresh(), AGAIN);
    }
  }

  drop(...layers) {
    for (const layer of layers) {
      this.layers[layer]?.image?.remove();
      delete this.layers[layer];
    }
  }

  clear() {
    this.drop(...Object.keys(this.layers));
    this.over.replaceChildren();
    delete this.element.dataset.shown;
    this.element.classList.remove("flash");
  }
}
