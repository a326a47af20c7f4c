import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { statusOf } from "../../src/api/server/http-problem.ts";
import { roadside, startApi } from "./api-harness.ts";

const text = readFileSync(new URL("../../docs/http-api.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/^```sh\n(curl [\s\S]*?)```$/gmu)].map(([, command = ""]) => command);

/** Reads a command of curl as a shell would, as far as the examples go. */
function requestOf(
  example: string,
  values: Readonly<Record<string, string>>,
): readonly [string, RequestInit] {
  const fill = (typed: string): string =>
    typed.replaceAll(/\$([A-Z_]+)/gu, (_name, name: string) => values[name] ?? "");
  const [command = "", document] = example.split(" -d @- <<JSON\n");
  const words = [...command.matchAll(/"([^"]*)"|([^\s\\]+)/gu)].map(([, quoted, plain]) =>
    fill(quoted ?? plain ?? ""),
  );
  const headers = words.flatMap((word, at): [string, string][] => {
    const [name = "", ...value] = word === "-H" ? (words[at + 1] ?? "").split(": ") : [];
    return name === "" ? [] : [[name, value.join(": ")]];
  });
  const [, url = ""] = words;
  const body = document?.replace(/JSON\n$/u, "");
  return [url, body === undefined ? { headers } : { headers, method: "POST", body: fill(body) }];
}

it("shows examples that work as they stand, one after another", async () => {
  const api = await startApi();
  const { secret } = await api.client();
  const values: Record<string, string> = {
    PATCHBAY_TOKEN: secret,
    CONNECTION: api.connectionId,
    NUMBER: roadside,
  };
  const statuses: number[] = [];
  for (const command of examples) {
    const [url, init] = requestOf(command, values);
    const response = await fetch(url.replace("https://patchbay.example.com", api.app.apiUrl()), init);
    statuses.push(response.status);
    values["ETAG"] = response.headers.get("etag") ?? values["ETAG"] ?? "";
    values["CHANGE"] = response.headers.get("location")?.split("/").at(-1) ?? values["CHANGE"] ?? "";
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 202, 200]);
  expect(api.updates().length).toBeGreaterThanOrEqual(1);
});

it("names every status that a refused change can have", () => {
  const named = new Set([...text.matchAll(/\b[2-5]\d\d\b/gu)].map(([status]) => Number(status)));
  const missing = Object.values(statusOf).filter((status) => !named.has(status) && status !== 404);
  expect(missing).toEqual([]);
});
