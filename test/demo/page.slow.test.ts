import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startPage, type DemoPage } from "../../src/demo/page/server.ts";

let page: DemoPage;
beforeAll(async () => {
  page = await startPage();
});
afterAll(async () => {
  await page.close();
});

const omar = "T0PATCH01/U0OPER001";

/** A request with headers that fetch would not allow. */
async function send(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: object,
): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, page.url),
      { method: body ? "POST" : "GET", headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body && JSON.stringify(body));
  });
}

const own = () => ({ origin: page.url.slice(0, -1), "content-type": "application/json" });

it("serves a page that loads nothing from other origins", async () => {
  const { status, headers, text } = await send("/");
  expect(status).toBe(200);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(text).not.toMatch(/https?:\/\/|<script>|style=/u);
});

it.each([
  ["another host", { host: "evil.example" }],
  ["another origin", { origin: "https://evil.example", "content-type": "application/json" }],
  ["no origin", { "content-type": "application/json" }],
  ["a form's content type", { "content-type": "text/plain" }],
  ["another site", { "sec-fetch-site": "cross-site" }],
])("lets nobody act who comes from %s", async (_who, headers) => {
  const origin = "origin" in headers || _who === "no origin" ? {} : { origin: own().origin };
  const body = { as: omar, channelId: "C0INCID01", text: "forged" };
  expect((await send("/api/demo/say", { ...origin, ...headers }, body)).status).toBe(403);
  expect(
    page
      .stage()
      .harness.slack.messages("C0INCID01")
      .map(({ text }) => text),
  ).not.toContain("forged");
});

it("lets people act in their own conversations only", async () => {
  const theirs = { as: omar, channelId: "C0NINCI01", text: "hello" };
  expect((await send("/api/demo/say", own(), theirs)).status).toBe(409);
  const guest = { as: "T0PATCH01/U0GUEST01", channelId: "D0ADAOMAR", text: "hello" };
  expect((await send("/api/demo/say", own(), guest)).status).toBe(409);
  expect((await send("/api/demo/say", own(), { ...theirs, channelId: "C0INCID01" })).status).toBe(200);
});

it("refuses invalid requests with a message", async () => {
  const { status, text } = await send("/api/demo/click", own(), { as: omar });
  expect([status, text]).toEqual([409, '{"error":"the request is not as it should be"}']);
  expect((await send("/api/demo/nothing", own(), {})).status).toBe(404);
  expect((await send("/src/main.ts")).status).toBe(404);
});

it("shows who changed what in its requests, without secrets", async () => {
  const controller = new AbortController();
  const answer = await fetch(`${page.url}api/demo/events?as=${omar}&since=0`, { signal: controller.signal });
  let seen = "";
  for await (const chunk of answer.body ?? []) {
    seen += new TextDecoder().decode(chunk);
    if (
      seen.includes("event: screen") &&
      seen.includes("event: requests") &&
      seen.includes("event: inspectorData")
    )
      break;
  }
  controller.abort();
  expect(seen).toContain("view_submission reassign");
  expect(seen).toContain("PATCH /v1/organization-phone-numbers/");
  const { secrets, vendors } = page.stage().harness;
  const keys = Object.values(vendors).flatMap((vendor) => vendor.accounts().map(({ key }) => key));
  const shown = keys.filter((key) => !key.includes("_spare_"));
  for (const secret of [...secrets, ...shown]) expect(seen).not.toContain(secret);
});

it("uses another port if its own is in use", async () => {
  const port = Number(new URL(page.url).port);
  const second = await startPage({ port, numbers: 24 });
  expect(Number(new URL(second.url).port)).not.toBe(port);
  expect((await fetch(second.url)).status).toBe(200);
  await second.close();
});

it("has about a hundred believable numbers, each once, and the same at every start", async () => {
  const { accounts } = await page.stage().inspectorData();
  const numbers = accounts.flatMap((account) => account.numbers.map(({ e164 }) => `${account.id} ${e164}`));
  expect(numbers.length).toBeGreaterThanOrEqual(100);
  expect(new Set(numbers).size).toBe(numbers.length);
  const before = accounts.map((account) => account.numbers.map(({ id, e164, name }) => [id, e164, name]));
  await page.reset();
  const after = (await page.stage().inspectorData()).accounts;
  expect(after.map((account) => account.numbers.map(({ id, e164, name }) => [id, e164, name]))).toEqual(
    before,
  );
});
