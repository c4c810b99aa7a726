/**
 * Who holds what on a day, from the log: the same pure function that the Python engine has
 * (geo/control.py). Knows no DOM and no map. Days are ISO 8601 strings, which sort as dates do.
 */

/** Group the log by unit. @returns {Map<string, object[]>} rows of each unit, by date. */
export function indexLog(log) {
  const rows = new Map();
  for (const row of [...log].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))) {
    if (!rows.has(row.unit)) rows.set(row.unit, []);
    rows.get(row.unit).push(row);
  }
  return rows;
}

/**
 * Control of every unit on a day.
 *
 * A unit is uncertain while the day lies inside the interval [earliest, latest] that the sources
 * leave open for one of its rows; `other` is then the controller on the far side of that change.
 * Before its first row a unit has the controller of that row.
 *
 * @returns {Map<string, {controller: string, uncertain: boolean, other: string|null, row: object}>}
 */
export function controlAt(index, day) {
  const result = new Map();
  for (const [unit, rows] of index) {
    let current = 0;
    let open = -1;
    rows.forEach((row, i) => {
      if (row.date <= day) current = i;
      if (row.earliest < row.latest && row.earliest <= day && day <= row.latest) open = i;
    });
    const controller = rows[current].controller;
    const before = open > 0 ? rows[open - 1].controller : null;
    const other = open < 0 ? null : open > current ? rows[open].controller : before;
    result.set(unit, {
      controller,
      uncertain: open >= 0,
      other: other === controller ? null : other,
      row: rows[current],
    });
  }
  return result;
}

/** One string for a state of control: two days with the same signature draw the same map. */
export function signature(control) {
  let text = "";
  for (const [unit, c] of control) text += `${unit}:${c.controller}${c.uncertain ? `?${c.other ?? ""}` : ""};`;
  return text;
}

/** Neighbouring pairs whose sides differ: the fronts of the day. */
export function frontsAt(edges, control) {
  return edges.filter(({ a, b }) => {
    const one = control.get(a);
    const two = control.get(b);
    return one && two && one.controller !== two.controller;
  });
}

/** Length in km of a set of edges, in all and by accuracy. */
export function frontLength(fronts) {
  const sum = { total: 0 };
  for (const edge of fronts) {
    sum.total += edge.length_km;
    sum[edge.accuracy] = (sum[edge.accuracy] ?? 0) + edge.length_km;
  }
  return sum;
}

/**
 * Area by controller, in km², with the error that the fronts imply: their length times their
 * own error in km, as if the whole line lay to one side. Frame units are not counted.
 *
 * @returns {Map<string, {km2: number, error_km2: number}>}
 */
export function areasAt(units, edges, control) {
  const areas = new Map();
  const of = (id) => {
    if (!areas.has(id)) areas.set(id, { km2: 0, error_km2: 0 });
    return areas.get(id);
  };
  for (const [unit, c] of control) {
    if (!units[unit].frame) of(c.controller).km2 += units[unit].km2;
  }
  for (const edge of frontsAt(edges, control)) {
    const sides = new Set();
    for (const unit of [edge.a, edge.b]) sides.add(control.get(unit).controller);
    for (const side of sides) if (areas.has(side)) of(side).error_km2 += edge.length_km * edge.error_km;
  }
  return areas;
}

/** Ids of the units a controller holds, frames left out, as one string. */
function held(units, control, controller) {
  return [...control].filter(([unit, c]) => c.controller === controller && !units[unit].frame).map(([unit]) => unit).sort().join();
}

/**
 * The published figures for what a controller holds: those for a day on which it holds the same units.
 * @returns {{least: number, most: number, sources: string[]}|null}
 */
export function publishedFor({ published, units }, index, control, controller) {
  const now = held(units, control, controller);
  const figures = published.filter((p) => p.controller === controller && p.date && !p.district && p.km2 > 0 &&
    held(units, controlAt(index, p.date), controller) === now);
  if (!figures.length || !now) return null;
  const km2 = figures.map((p) => p.km2);
  return { least: Math.min(...km2), most: Math.max(...km2), sources: [...new Set(figures.flatMap((p) => p.source.split(";")))] };
}

/**
 * What became of the mapped land between two states of control: km² by [from, to], unchanged
 * land (from = to) included, frames not; together the whole mapped area.
 *
 * @returns {{from: string, to: string, km2: number}[]} sorted by from, then to
 */
export function passagesBetween(units, before, after) {
  const sums = new Map();
  for (const [unit, { controller: from }] of before) {
    if (units[unit].frame) continue;
    const to = after.get(unit).controller;
    const key = `${from}>${to}`;
    if (!sums.has(key)) sums.set(key, { from, to, km2: 0 });
    sums.get(key).km2 += units[unit].km2;
  }
  return [...sums.values()].sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

/** km² as people read them: to the nearest ten. */
export function roundKm2(km2) {
  return Math.round(km2 / 10) * 10;
}

/** The days on which control changes, in order, without the baseline. */
export function changeDays(log) {
  const first = log.reduce((min, row) => (row.date < min ? row.date : min), "9999");
  return [...new Set(log.filter((row) => row.date > first).map((row) => row.date))].sort();
}

/** The controller's name on a day ("Azerbaijan SSR" while there was one). */
export function controllerLabel(controller, day) {
  for (const { label, until } of controller.labels ?? []) if (day < until) return label;
  return controller.label;
}

/** The latest change on or before a day, or null. */
export function lastChange(days, day) {
  let found = null;
  for (const d of days) if (d <= day) found = d;
  return found;
}
