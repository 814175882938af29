import assert from "node:assert/strict";
import test from "node:test";

import { CLOCK } from "../src/core/clock.js";

const written = (locale, time) => new Intl.DateTimeFormat(locale, { ...CLOCK, timeZone: "UTC" }).format(new Date(`2026-01-01T${time}:00Z`));

for (const locale of ["en", "zh-CN"]) {
  test(`the hours of a day are written from 00:00 to 23:59 in ${locale}`, () => {
    assert.deepEqual(["00:00", "09:05", "12:30", "23:59"].map((time) => written(locale, time)), ["00:00", "09:05", "12:30", "23:59"]);
  });
}
