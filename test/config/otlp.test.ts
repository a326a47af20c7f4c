import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";

const read = (env: Readonly<Record<string, string>>) =>
  readConfig({ CREDENTIAL_KEYS: `k:${Buffer.alloc(32).toString("base64")}`, ...env }, "database").otlp;

describe("the receiver of traces", () => {
  it("is off by default, and takes an address with headers", () => {
    expect(read({})).toBeUndefined();
    expect(read({ OTEL_EXPORTER_OTLP_HEADERS: "a=b" })).toBeUndefined();
    expect(
      read({
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/",
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x=y, x-team = voice",
      }),
    ).toEqual({
      endpoint: "http://collector:4318",
      headers: { authorization: "Bearer x=y", "x-team": "voice" },
    });
  });

  it.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "is not an http(s) URL"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:secret@collector", "is to be the receiver's address alone"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector/v1/traces", "is to be the receiver's address alone"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "secret", "is not of the form name=value,name=value"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=secret%0D%0Ab: c", "is not of the form name=value,name=value"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%secret", "is not of the form name=value,name=value"],
  ])("is refused in words that do not quote it: %s=%s", (name, value, words) => {
    const asked = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector", [name]: value };
    expect(() => read(asked)).toThrow(`${name} ${words}`);
    expect(() => read(asked)).not.toThrow("secret,");
  });
});
