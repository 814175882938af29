import test from "node:test";
import assert from "node:assert/strict";
import { neighbour } from "../src/islands/steps.js";

const row = (name) => ({ querySelector: (selector) => `${name} ${selector}` });

test("where a step ends the next begins, and the other way round", () => {
  const rows = [row("first"), row("second")];

  assert.equal(neighbour(rows, rows[0], "to"), 'second [data-key="from"] input');
  assert.equal(neighbour(rows, rows[1], "from"), 'first [data-key="to"] input');
  assert.equal(neighbour(rows, rows[1], "to"), undefined);
  assert.equal(neighbour(rows, rows[0], "from"), undefined);
});
