import { createServer } from "node:http";
import { expect, it } from "vitest";
import { key, problemOf } from "../opened.ts";
import { patientMs, type ContractStage } from "./stage.ts";

/** What every adapter guarantees for keys and addresses. */
export function accessContract(at: ContractStage): void {
  const { contract, first, open } = at;
  const { vendor, bodies } = contract;

  it("reports a rejected key without showing it", async () => {
    const other = open(patientMs, "sk_wrong_51d07be9c3");
    const number = await at.account.getNumber(first);
    const attempts = [
      other.check(),
      other.listNumbers(),
      other.listAgents(),
      other.getNumber(first),
      other.patch(first, other.buildPatch(number, { kind: "detach" })),
    ];
    for (const problem of await Promise.all(attempts.map(problemOf))) {
      expect(problem.code).toBe("credentials_rejected");
      expect(problem.message).not.toContain("51d07be9c3");
    }
  });

  it("sends its key nowhere else when redirected", async () => {
    let visits = 0;
    const elsewhere = createServer((_req, res) => {
      visits += 1;
      res.end("{}");
    });
    await new Promise<void>((resolve) => {
      elsewhere.listen(0, "127.0.0.1", resolve);
    });
    const address = elsewhere.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const number = await at.account.getNumber(first);
    at.sandbox.fault({ kind: "redirect", to: `http://127.0.0.1:${port}/` });
    await problemOf(at.account.getNumber(first));
    await problemOf(at.account.patch(first, at.account.buildPatch(number, { kind: "detach" })));
    elsewhere.close();
    expect(visits).toBe(0);
  });

  it("reaches no other endpoint through a typed id", async () => {
    await at.account.getNumber(first);
    at.sandbox.fault({ kind: "ignore" }, { on: "write", times: 1 });
    await at.account.patch(first, bodies.detach);
    const homes = at.sandbox.requests.map(({ path }) => path.slice(0, -encodeURIComponent(first).length));
    const ids = [
      "../x",
      "..",
      ".",
      "",
      " ",
      "a/b",
      "x?limit=1",
      "x#y",
      "%2e%2e",
      "..\\x",
      "\ud800",
      "x".repeat(999),
    ];
    for (const id of ids) {
      const { code } = await problemOf(at.account.getNumber(id));
      expect([id, code]).toEqual([id, "not_found"]);
      await problemOf(at.account.patch(id, bodies.detach));
    }
    const others = at.sandbox.requests.filter(({ path, query }) => {
      const home = homes.find((one) => path.startsWith(one));
      const rest = home === undefined ? "/" : path.slice(home.length);
      return rest === "" || rest.includes("/") || query !== "";
    });
    expect(others).toEqual([]);
    expect(at.sandbox.requests.some((request) => request.applied)).toBe(false);
  });

  it("describes its connect form with one key and trims it", () => {
    expect(Object.keys(vendor.credentials.shape)).toEqual(["api_key"]);
    expect(vendor.credentials.shape["api_key"]?.description).toMatch(/^API key/);
    expect(vendor.credentials.parse({ api_key: ` ${key}\n` })).toEqual({ api_key: key });
    const bad = ["", "short", "two\nlines-of-key", "clé-secrète"];
    expect(bad.filter((api_key) => vendor.credentials.safeParse({ api_key }).success)).toEqual([]);
  });
}
