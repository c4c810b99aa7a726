/** The words of the tiny story, as Python hands them to the browser. */
import { readFileSync } from "node:fs";
import { setWords } from "../../geo/web/strings.mjs";

const golden = JSON.parse(readFileSync(new URL("../golden/two-valleys.json", import.meta.url), "utf8"));
export const { words } = golden;
setWords(words);
