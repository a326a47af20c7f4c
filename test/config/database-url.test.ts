import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { faultsOf, oneWorkspace } from "./config-faults.ts";

describe("DATABASE_URL", () => {
  it("takes the place of the SQLite file", () => {
    const { postgres } = readConfig(
      { ...oneWorkspace, DATABASE_URL: "postgres://pat:p@db.example.com/p" },
      "slack",
    );
    expect(postgres).toMatchObject({ title: "postgres://db.example.com/p", config: { port: 5432 } });
    expect(readConfig(oneWorkspace, "slack").postgres).toBeUndefined();
  });

  it("cannot be set together with DATABASE_PATH", () => {
    expect(
      faultsOf({ ...oneWorkspace, DATABASE_URL: "postgres://localhost/p", DATABASE_PATH: "/data/p.db" }),
    ).toEqual(["DATABASE_PATH (SQLite) and DATABASE_URL (PostgreSQL) cannot both be set"]);
  });

  it.each(["mysql://pat:hunter2@db/p", "hunter2", "postgres://pat:hunter2@db"])(
    "must be PostgreSQL's, and errors never quote it: %s",
    (url) => {
      const [fault = ""] = faultsOf({ ...oneWorkspace, DATABASE_URL: url });
      expect(fault).toMatch(/^DATABASE_URL (?:is no PostgreSQL URL|must name a host and a database)/u);
      expect(fault).not.toContain("hunter2");
    },
  );
});
