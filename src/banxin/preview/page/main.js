/** The page begins here: what it needs to know, then its parts, then the line. */

import { startCompare } from "./compare.js";
import { startDesk } from "./desk.js";
import { startFindings } from "./findings.js";
import { startInks } from "./inks.js";
import { startInspector } from "./inspector.js";
import { startKeys } from "./keys.js";
import { connect } from "./line.js";
import { startMeasuring } from "./measuring.js";
import { startOverlays } from "./overlays.js";
import { restore } from "./place.js";
import { startSettings } from "./settings.js";
import { startSource } from "./source.js";
import { state } from "./state.js";
import { startThumbnails } from "./thumbnails.js";
import { startTrouble } from "./trouble.js";
import { startWords } from "./words.js";

state.about = await (await fetch("/about")).json();
restore();
startWords();
startSettings();
startOverlays();
startSource();
startFindings();
startInspector();
startMeasuring();
startTrouble();
startThumbnails();
startInks();
startCompare();
startKeys();
startDesk();
connect();
document.getElementById("desk").focus();
