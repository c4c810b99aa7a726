/**
 * How lines, labels and hatches look: hatches are drawn in squares of 8 pixels, stripes of 16. The one place: pictures,
 * decks and poster read it too (geo/map.py), so what stands after the equals sign is JSON.
 */
export const LOOK = {
  "lines": {
    "front": { "color": "#1f1a14", "weight": 2.4, "lineCap": "round", "lineJoin": "bevel" },
    "schematic": { "color": "#1f1a14", "weight": 2.2, "dashArray": "7 6", "lineCap": "butt", "lineJoin": "bevel" },
    "casing": { "color": "#fffdf7", "weight": 5, "opacity": 0.8, "lineCap": "butt", "lineJoin": "bevel" },
    "compare": { "color": "#123f8c", "weight": 3, "dashArray": "1 7", "lineCap": "round", "lineJoin": "bevel" },
    "highlight": { "color": "#b3261e", "weight": 2.4, "lineJoin": "bevel", "fill": false }
  },
  "labelZoom": { "0": 0, "1": 6.5, "2": 8, "3": 9.6, "4": 10.6 },
  "labels": {
    "state": [12.5, 600, 3], "area": [12, 600, 1], "strong": [14.5, 700],
    "1": [13, 600], "2": [12, 500], "3": [11.5, 400], "4": [11, 400]
  },
  "labelInk": { "halo": "#fffdf7", "town": "#17130d", "state": "#6d6353", "area": "#4b4336" },
  "outsideShare": 0.34,
  "controlOpacity": 0.66,
  "hatchInk": "rgba(30, 24, 16, .32)",
  "hatches": {
    "none": "", "diagonal": "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", "back-diagonal": "M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4",
    "horizontal": "M0,4 h8", "vertical": "M4,0 v8", "cross": "M0,4 h8 M4,0 v8", "dots": "M3.4,4 a.6,.6 0 1 0 1.2,0 a.6,.6 0 1 0 -1.2,0"
  },
  "stripes": { "path": "M-4,4 l8,-8 M0,16 l16,-16 M12,20 l8,-8", "width": 5.6, "blank": "#ffffff" },
  "print": { "sea": "#ffffff", "paper": "#ffffff", "ground": 0.35, "relief": 0.45, "hatchInk": "rgba(30, 24, 16, .6)" }
};
