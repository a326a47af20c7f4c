import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type AnySchema, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
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
  components: z.looseObject({ schemas: z.record(z.string(), object) }),
});
type Operation = z.output<typeof operation>;

/** A published OpenAPI document. */
export interface PublishedDocument {
  /** Whether it has the operation of a request. */
  describes(request: RecordedRequest): boolean;
  /**
   * What in a request, or in its answer, is not as published. A field that no schema names is wrong too. The body can be
   * another one than was sent, and be of a certain schema where the operation names several.
   */
  faultsOf(request: RecordedRequest, body?: { readonly schema: string; readonly sent: unknown }): string[];
}

// Neither the documents nor the pages are part of this repository; put copies beside it to run the tests.
const folders = ["../../../../shared/", "../../../../../shared/"];
const copyOf = (path: string): URL | undefined =>
  folders.map((folder) => new URL(`${folder}${path}`, import.meta.url)).find((url) => existsSync(url));

/** Reads a published document; undefined where no copy is at hand. */
export function publishedDocument(file: string): PublishedDocument | undefined {
  const url = copyOf(`contracts/${file}`);
  return url && documentIn(JSON.parse(readFileSync(url, "utf8")));
}

/** Reads the document inside a page of a vendor's guide, by what it has; undefined where no such page is at hand. */
export function documentOnPage(has: string): PublishedDocument | undefined {
  const folder = copyOf("seeds/");
  const texts = folder ? readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8")) : [];
  const yaml = texts
    .flatMap((text) => /^`{3,}yaml[^\n]*\n(?<yaml>.*?)\n`{3,}/msu.exec(text)?.groups?.["yaml"] ?? [])
    .find((text) => text.includes(has));
  return yaml === undefined ? undefined : documentIn(parseYaml(yaml));
}

function documentIn(json: unknown): PublishedDocument {
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
  const schemaNamed = (name: string): Record<string, unknown> => {
    const schema = components.schemas[name];
    if (!schema) throw new Error(`there is no schema ${name}`);
    return schema;
  };
  const operationOf = ({ method, path }: RecordedRequest): Operation | undefined => {
    const found = Object.entries(paths).find(([template]) => isLike(path, template))?.[1];
    const { data } = operation.safeParse(found?.[method.toLowerCase()]);
    return data;
  };
  return {
    describes: (request) => operationOf(request) !== undefined,
    faultsOf: (request, other) => {
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
        // A number is written in a query like a text of digits.
        const asText = faults(`query ${name}`, schema, value);
        const isNumber = /^\d+$/u.test(value) && faults("", schema, Number(value)).length === 0;
        return isNumber ? [] : asText;
      });
      const sent = published.requestBody?.content["application/json"].schema;
      const bodySchema = other ? schemaNamed(other.schema) : sent && resolved(sent);
      const body = bodySchema ? faults("body", closed(bodySchema), other ? other.sent : request.body) : [];
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
