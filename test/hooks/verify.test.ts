import { describe, expect, it } from "vitest";
import { alertSources, type AlertSource } from "../../src/domain/alerts/hook.ts";
import { verifyRequest } from "../../src/hooks/signatures/verify.ts";
import { secrets, signAlert } from "./signed-alerts.ts";

const body = '{"event":{"id":"1"}}';
const now = new Date("2026-03-01T03:00:00Z");
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const minute = 60_000;

function verify(
  source: AlertSource,
  headers: Record<string, string>,
  { text = body, secret = secrets[source] }: { readonly text?: string; readonly secret?: string } = {},
) {
  return verifyRequest(source, { headers, body: Buffer.from(text), secret, now });
}

describe.each(alertSources)("a request of %s", (source) => {
  const good = signAlert(source, body, { at: now });

  it("is accepted with its secret, and not with another one", () => {
    expect(verify(source, good.headers)).toBeDefined();
    expect(
      verify(source, good.headers, { secret: `${secrets[source]}x`.replace("whsec_", "whsec_AAAA") }),
    ).toBeUndefined();
  });

  it("is refused without its headers, and with empty or broken ones", () => {
    expect(verify(source, {})).toBeUndefined();
    for (const broken of ["", ",", "v1=", "v1,", "t=1", "Bearer ", "Basic !!", "v1=zz,v1=é"]) {
      const headers = Object.fromEntries(Object.keys(good.headers).map((name) => [name, broken]));
      expect(verify(source, headers)).toBeUndefined();
    }
  });
});

describe.each(["pagerduty", "rootly", "standard"] as const)("a signature of %s", (source) => {
  it("is of the raw body: one blank more, and it is refused", () => {
    const { headers } = signAlert(source, body, { at: now });
    expect(verify(source, headers, { text: `${body} ` })).toBeUndefined();
  });

  it("has the same digest for the same request only", () => {
    const one = verify(source, signAlert(source, body, { at: now }).headers);
    expect(verify(source, signAlert(source, body, { at: now }).headers)).toEqual(one);
    const text = '{"event":{"id":"2"}}';
    const other = verify(source, signAlert(source, text, { at: now }).headers, { text });
    expect(other?.digest).toMatch(/^[0-9a-f]{64}$/u);
    expect(other?.digest).not.toBe(one?.digest);
  });
});

describe.each(["rootly", "standard"] as const)("the time of a signature of %s", (source) => {
  it.each([
    ["4 minutes ago", 4 * minute, true],
    ["6 minutes ago", 6 * minute, false],
    ["in 4 minutes", -4 * minute, true],
    ["in 6 minutes", -6 * minute, false],
  ])("%s", (_when, ms, isAccepted) => {
    const { headers } = signAlert(source, body, { at: ago(ms) });
    expect(verify(source, headers) !== undefined).toBe(isAccepted);
  });
});

it("accepts one of PagerDuty's several signatures, wherever it stands", () => {
  const { headers } = signAlert("pagerduty", body);
  const signature = headers["x-pagerduty-signature"] ?? "";
  const other = signature.replace(/.$/u, (last) => (last === "0" ? "1" : "0"));
  expect(verify("pagerduty", { "x-pagerduty-signature": `${other},${signature}` })).toBeDefined();
  expect(verify("pagerduty", { "x-pagerduty-signature": `${signature}, ${other}` })).toBeDefined();
  expect(verify("pagerduty", { "x-pagerduty-signature": `${other},${other}` })).toBeUndefined();
});

it("accepts the signature of Standard Webhooks' own example", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const text = '{"test": 2432232314}';
  const at = new Date(1_614_265_330_000);
  const given = { headers, body: Buffer.from(text), secret };
  expect(verifyRequest("standard", { ...given, now: at })).toBeDefined();
  expect(verifyRequest("standard", { ...given, now })).toBeUndefined();
});

it("accepts Grafana's and Alertmanager's basic authentication under any name", () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  expect(verify("grafana", basic(`patchbay:${secrets.grafana}`))).toEqual({ digest: undefined });
  expect(verify("grafana", basic(secrets.grafana))).toBeDefined();
  expect(verify("grafana", basic(`patchbay:${secrets.grafana}x`))).toBeUndefined();
});
