/**
 * Days and their place on the timeline. The scale is piecewise linear: each stretch of the story
 * has its own share of the width. Pure; days are ISO strings, positions are 0 to 1.
 */

import { formats } from "./strings.mjs";

const DAY_MS = 86_400_000;

/** ISO day → whole days since 1970-01-01 (UTC, so no clock change can shift it). */
export function dayNumber(day) {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

export function dayFromNumber(number) {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** True for a real calendar day written YYYY-MM-DD. */
export function isDay(text) {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
    dayFromNumber(dayNumber(text)) === text;
}

export function clampDay(day, first, last) {
  return day < first ? first : day > last ? last : day;
}

/** Build the scale from stretches {from, to, share}; each begins where the one before ends. */
export function makeScale(stretches) {
  let start = 0;
  const total = stretches.reduce((sum, s) => sum + s.share, 0);
  const parts = stretches.map((s) => {
    const part = { from: dayNumber(s.from), to: dayNumber(s.to), start, end: start + s.share / total, label: s.label };
    start = part.end;
    return part;
  });
  const first = parts[0].from;
  const last = parts[parts.length - 1].to;
  return {
    parts,
    first: dayFromNumber(first),
    last: dayFromNumber(last),
    position(day) {
      const n = Math.min(Math.max(dayNumber(day), first), last);
      const part = parts.find((p) => n <= p.to);
      return part.start + ((n - part.from) / (part.to - part.from)) * (part.end - part.start);
    },
    day(position) {
      const x = Math.min(Math.max(position, 0), 1);
      const part = parts.find((p) => x <= p.end) ?? parts[parts.length - 1];
      return dayFromNumber(Math.round(part.from + ((x - part.start) / (part.end - part.start)) * (part.to - part.from)));
    },
  };
}

/** The next of sorted `days` after (`direction` 1) or before (−1) a day; the day itself at the end. */
export function neighbourDay(days, day, direction) {
  if (direction > 0) return days.find((d) => d > day) ?? day;
  return [...days].reverse().find((d) => d < day) ?? day;
}

/** "8 November 2020" in the words' language. */
export function formatDay(day) {
  const [y, m, d] = day.split("-").map(Number);
  const two = (n) => String(n).padStart(2, "0");
  const fields = { y, m, d, mm: two(m), dd: two(d), month: formats.months[m - 1] };
  return formats.day.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

/** "1,234" in the words' language: a whole number with its thousands apart. */
export function formatNumber(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, formats.group);
}

/** "0.5" in the words' language. */
export function formatDecimal(value) {
  return String(value).replace(".", formats.decimal);
}
