import { expect, test } from "vitest";
import { readPostgresUrl } from "../../../src/postgres/connection/postgres-url.ts";

test("reads host, port, database, user and password", () => {
  const { title, config } = readPostgresUrl("postgresql://pat:p%40ss@db.example.com:6432/patchbay");
  expect(config).toMatchObject({
    host: "db.example.com",
    port: 6432,
    database: "patchbay",
    user: "pat",
    password: "p@ss",
  });
  expect(title).toBe("postgres://db.example.com:6432/patchbay");
});

test.each([
  ["postgres://localhost/p", false],
  ["postgres://127.0.0.1/p", false],
  ["postgres://[::1]/p", false],
  ["postgres://db.example.com/p", { rejectUnauthorized: true }],
  ["postgres://10.0.0.5/p", { rejectUnauthorized: true }],
  ["postgres://localhost/p?sslmode=verify-full", { rejectUnauthorized: true }],
  ["postgres://db.example.com/p?sslmode=no-verify", { rejectUnauthorized: false }],
  ["postgres://db.example.com/p?sslmode=disable", false],
])("uses TLS to other machines unless told otherwise: %s", (url, tls) => {
  expect(readPostgresUrl(url).tls).toEqual(tls);
});

test.each([
  ["mysql://pat:hunter2@db/p", /begins with postgres:\/\//u],
  ["hunter2", /begins with postgres:\/\//u],
  ["postgres://pat:hunter2@/p", /begins with postgres|must name a host/u],
  ["postgres://pat:hunter2@db", /must name a host and a database/u],
  ["postgres://pat:hunter2@db/p?sslmode=prefer", /unknown sslmode/u],
  ["postgres://pat:hunter2%@db/p", /has an invalid % escape/u],
])("refuses %s in words, without the password", (url, words) => {
  expect(() => readPostgresUrl(url)).toThrow(words);
  expect(() => readPostgresUrl(url)).not.toThrow(/hunter2/u);
});
