import { z } from "zod";
import { text } from "./setting-values.ts";

/** Where traces and metrics are sent. */
export interface OtlpConfig {
  /** The base URL of the receiver, without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

const endpoint = text
  .pipe(z.url({ protocol: /^https?$/u, error: "is not an http(s) URL", abort: true }))
  .transform((value) => value.replace(/\/+$/u, ""))
  .refine(
    (value) => !/[?#@]/u.test(value) && !/\/v1\/(?:traces|metrics)$/u.test(value),
    "is to be the receiver's address alone, such as http://localhost:4318: secrets belong into OTEL_EXPORTER_OTLP_HEADERS, and Patchbay adds /v1/traces",
  );

// What node:http takes as the value of a header, less what is not ASCII.
const headerValue = /^[\t\x20-\x7e]*$/u;

/** `name=value,name=value`, with percent signs as in a URL, as OpenTelemetry specifies. Errors never quote it. */
const headers = text.transform((list, issues) => {
  const pairs = list.split(",").map((pair) => /^\s*([\w-]+)\s*=\s*(.*?)\s*$/u.exec(pair));
  try {
    const read = pairs.map((pair) => [pair?.[1] ?? "", decodeURIComponent(pair?.[2] ?? "")] as const);
    if (!pairs.includes(null) && read.every(([, value]) => headerValue.test(value)))
      return Object.fromEntries(read);
  } catch {
    // A percent sign that encodes nothing.
  }
  issues.addIssue("is not of the form name=value,name=value");
  return z.NEVER;
});

/** The settings of OpenTelemetry that Patchbay has, by its names for them. */
export const otlpEnvironment = {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.optional(),
};

/** Undefined if nothing is sent. */
export function otlpConfig(set: {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>> | undefined;
}): OtlpConfig | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: given = {} } = set;
  return url === undefined ? undefined : { endpoint: url, headers: given };
}
