import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { settingNames } from "../../src/config.ts";
import { vendorIds } from "../../src/vendors/index.ts";

describe(".env.example", () => {
  const text = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
  const entries = [...text.matchAll(/^([A-Z_]+)=(.*)$/gmu)].map(([, name = "", value = ""]) => ({
    name,
    value,
  }));

  it("has every setting once, the vendors' as a pattern, and no other", () => {
    const ofVendors = new Set(vendorIds.map((id) => `${id.toUpperCase()}_API_URL`));
    const others = settingNames.filter((name) => !ofVendors.has(name));
    expect(entries.map(({ name }) => name).toSorted()).toEqual(others.toSorted());
    expect(settingNames).toEqual(expect.arrayContaining([...ofVendors]));
    expect(text).toContain("<VENDOR>_API_URL");
  });

  it("contains no values, so that copying it changes nothing", () => {
    expect(entries.filter(({ value }) => value !== "")).toEqual([]);
  });

  it("says before every group of settings what it is", () => {
    for (const group of text.split(/\n\n+/u).filter((part) => /^[A-Z_]+=/mu.test(part)))
      expect(group).toMatch(/^#/u);
  });
});
