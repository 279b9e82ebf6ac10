/** Pages as they are bound: the first alone, on the right; then two and two; the last may be alone. */

/** Numbers, from 0, of the pages that lie open with page *page* of *total*. */
export function spreadWith(page, total, single = false) {
  const at = Math.min(Math.max(0, page), Math.max(0, total - 1));
  if (single || at === 0) return [at];
  const left = at % 2 ? at : at - 1;
  return left + 1 < total ? [left, left + 1] : [left];
}

export function allSpreads(total, single = false) {
  const spreads = [];
  for (let page = 0; page < total; page += spreads.at(-1).length) {
    spreads.push(spreadWith(page, total, single));
  }
  return spreads;
}

/** The page on which a reader lands going one spread forward (1) or back (-1). */
export function turned(page, total, step, single = false) {
  const open = spreadWith(page, total, single);
  const next = step > 0 ? open.at(-1) + 1 : open[0] - 1;
  return Math.min(Math.max(0, next), Math.max(0, total - 1));
}

/** Whether page *page* lies on the right. */
export const isRecto = (page) => page % 2 === 0;
