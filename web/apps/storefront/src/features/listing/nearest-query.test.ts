import { expect, test } from "vitest";
import { beginnings } from "./nearest-query";

test("the longest word is tried by its beginnings", () => {
  const tried = ["", "cup", "teepott", "a staubsauger b", "mugs", "äöüß"].map(beginnings);

  expect(tried).toEqual([[], [], ["teepo", "tee"], ["staubsau", "staub"], ["mug"], ["äöü"]]);
});
