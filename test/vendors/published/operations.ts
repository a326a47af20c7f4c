import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { fileOf } from "./openapi.ts";
import type { RecordedRequest } from "../../../src/sandbox/vendors/index.ts";

const object = z.record(z.string(), z.unknown());
const content = z.object({ content: z.object({ "application/json": z.object({ schema: object }) }) });
const answer = content.partial();
const parameter = z.object({
  in: z.string(),
  name: z.string(),
  required: z.boolean().default(false),
  schema: object,
});
const operation = z.object({
  parameters: z.array(object).default([]),
  requestBody: content.optional(),
  responses: z.record(z.string(), object),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: object,
});
type Operation = z.output<typeof operation>;

/** A published OpenAPI document that describes bodies, queries and answers with each operation, and not as named schemas. */
export interface PublishedOperations {
  /** What in a request, or in its answer, is not as published. */
  faultsOf(request: RecordedRequest): readonly string[];
}

/** Reads a document from the published contracts; undefined where they are not at hand. */
export function publishedOperations(file: string): PublishedOperations | undefined {
  const url = fileOf(file);
  return url && operationsIn(JSON.parse(readFileSync(url, "utf8")));
}

// A vendor's page, with its document inside, is kept like the other documents (`openapi.ts`).
const pages = ["../../../../shared/seeds/", "../../../../../shared/seeds/"];

/** Reads the document inside a page of a vendor's guide; undefined where no such page is at hand. */
export function operationsOnPage(has: string): PublishedOperations | undefined {
  const folder = pages.map((one) => new URL(one, import.meta.url)).find((one) => existsSync(one));
  const texts = folder ? readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8")) : [];
  const yaml = texts
    .flatMap((text) => /^`{3,}yaml[^\n]*\n(?<yaml>.*?)\n`{3,}/msu.exec(text)?.groups?.["yaml"] ?? [])
    .find((text) => text.includes(has));
  return yaml === undefined ? undefined : operationsIn(parseYaml(yaml));
}

function operationsIn(json: unknown): PublishedOperations {
  const { paths, components } = document.parse(schemaOf(json));
  const named = new Set(namesIn({ paths, components }));
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormatsModule.default(ajv);
  const compiled = new Map<string, ValidateFunction>();
  const faults = (what: string, schema: AnySchema & object, value: unknown): string[] => {
    const key = JSON.stringify(schema);
    const validate = compiled.get(key) ?? ajv.compile({ ...schema, components });
    compiled.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
  };
  const resolved = (value: Record<string, unknown>): Record<string, unknown> => {
    const { $ref: ref } = value;
    if (typeof ref !== "string") return value;
    const steps = ref.split("/").slice(1);
    return object.parse(steps.reduce<unknown>((at, step) => object.parse(at)[step], { components }));
  };
  const operationOf = ({ method, path }: RecordedRequest): Operation | undefined => {
    const found = Object.entries(paths).find(([template]) => isLike(path, template))?.[1];
    const { data } = operation.safeParse(found?.[method.toLowerCase()]);
    return data;
  };
  return {
    faultsOf: (request) => {
      const published = operationOf(request);
      if (!published) return [`${request.method} ${request.path} is not published`];
      const parameters = published.parameters.map((one) => parameter.parse(resolved(one)));
      const headers = parameters.flatMap(({ in: place, name, required, schema }) => {
        const value = request.headers[name.toLowerCase()];
        if (place !== "header") return [];
        if (value === undefined) return required ? [`the header ${name} is missing`] : [];
        return faults(`header ${name}`, schema, value);
      });
      const query = [...new URLSearchParams(request.query)].flatMap(([name, value]) => {
        const schema = parameters.find((one) => one.in === "query" && one.name === name)?.schema;
        if (!schema) return [`the query's ${name} is not published`];
        return faults(`query ${name}`, schema, schema["type"] === "integer" ? Number(value) : value);
      });
      const sent = published.requestBody?.content["application/json"].schema;
      const body = sent ? faults("body", closed(resolved(sent)), request.body) : [];
      const asked = [...headers, ...query, ...body];
      const answered = published.responses[String(request.status)];
      if (!answered) return [...asked, `status ${request.status} is not published`];
      // Some answers have a description and no schema.
      const schema = answer.parse(resolved(answered)).content?.["application/json"].schema;
      if (!schema) return asked;
      const unnamed = [...new Set(keysIn(request.answer))].filter((name) => !named.has(name));
      const odd = unnamed.map((name) => `answer: ${name} is in no schema`);
      return [...asked, ...faults("answer", schema, request.answer), ...odd];
    },
  };
}

/** The names of all properties that the schemas in a document describe. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  const { data: known } = object.safeParse(value);
  if (!known) return [];
  const own = object.safeParse(known["properties"]).data ?? {};
  return [...Object.keys(own), ...Object.values(known).flatMap(namesIn)];
}

/** The names of all fields of an answer. */
function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return Object.entries(object.safeParse(value).data ?? {}).flatMap(([name, part]) => [
    name,
    ...keysIn(part),
  ]);
}

const isLike = (path: string, template: string): boolean => {
  const [parts, wanted] = [path.split("/"), template.split("/")];
  return (
    parts.length === wanted.length && wanted.every((part, at) => part.startsWith("{") || part === parts[at])
  );
};

/** A request's schema without room for unpublished fields. */
const closed = (schema: Record<string, unknown>): Record<string, unknown> =>
  "properties" in schema ? { ...schema, additionalProperties: false } : schema;

/** OpenAPI 3.0 as JSON Schema: `nullable`, and bounds that exclude themselves by a boolean. */
function schemaOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(schemaOf);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, exclusiveMinimum, minimum, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, schemaOf(part)]),
  );
  const bound = exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum, exclusiveMinimum };
  const known = Object.fromEntries(Object.entries(bound).filter(([, limit]) => limit !== undefined));
  const schema = { ...rest, ...known };
  return nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}
