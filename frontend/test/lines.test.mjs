// Totals of line items, exact to the last digit. Run with `npm test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { discountOf, exact, lineTotal, priceAfter, shown } from "../src/islands/lines.js";

const line = (quantity, price, discount = "") => ({ quantity: exact(quantity), price: exact(price), discount: exact(discount) });
const total = (...values) => shown(lineTotal(line(...values), 2), 2);

test("numbers are read as people write them", () => {
  assert.equal(exact("1,234.5"), 1234500000n);
  assert.equal(exact(" 1 234.50 "), 1234500000n);
  assert.equal(exact("-0.01"), -10000n);
  assert.equal(exact(".5"), 500000n);
});

test("what is no number counts as nothing", () => {
  for (const text of ["", "-", "12o", "1.2.3", null, undefined]) assert.equal(exact(text), 0n);
});

test("a line is quantity times price less discount", () => {
  assert.equal(total("3", "1999.99", "12.5"), "5,249.97");
  assert.equal(total("10", "48.00"), "480.00");
  assert.equal(total("1", "100", "100"), "0.00");
});

test("a half cent is rounded away from zero, once", () => {
  assert.equal(total("1", "0.005"), "0.01");
  assert.equal(total("-1", "0.005"), "−0.01");
  assert.equal(total("1", "0.0049"), "0.00");
});

test("sums that floats would miss are right", () => {
  assert.equal(total("3", "0.1"), "0.30");
  assert.equal(total("1", "9999999999999999.99"), "9,999,999,999,999,999.99");
});

test("currencies without cents are shown whole", () => {
  assert.equal(shown(lineTotal(line("3", "1500.4"), 0), 0), "4,501");
});

test("a price and its discount say the same, each in its own way", () => {
  assert.equal(priceAfter(exact("50000"), exact("10"), 2), "45000.00");
  assert.equal(priceAfter(exact("33.33"), exact("12.5"), 2), "29.16");
  assert.equal(discountOf(exact("50000"), exact("45000")), "10");
  assert.equal(discountOf(exact("33.33"), exact("29.16")), "12.51");
  assert.equal(discountOf(exact("100"), exact("110")), "-10");
  assert.equal(discountOf(0n, exact("5")), "0");
});
