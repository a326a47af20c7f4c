import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";
import type { RecordedRequest } from "../../../src/sandbox/vendors/index.ts";

// The documents are not part of this repository; put copies beside it to run the tests.
const folders = ["../../../../shared/contracts/", "../../../../../shared/contracts/"];

/** What a document says about a request and its answer. */
export interface OpenApi {
  /** The path in the document that a request is for, with its parameters in braces. */
  pathOf(request: RecordedRequest): string | undefined;
  /** What is wrong with the query of a request. */
  wrongInQuery(request: RecordedRequest): readonly string[];
  /** What is wrong with the body of a request, by the schema of this name. */
  wrongInBody(schema: string, body: unknown): readonly string[];
  /** What is wrong with the recorded answer. */
  wrongInAnswer(request: RecordedRequest): readonly string[];
}

/** A copy of a published document, if one is at hand. */
export const fileOf = (name: string): URL | undefined =>
  folders.map((folder) => new URL(`${folder}${name}`, import.meta.url)).find((file) => existsSync(file));

/** Whether a copy of a published document is at hand. */
export const hasDocument = (name: string): boolean => fileOf(name) !== undefined;

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
}

/** A published OpenAPI document. A property that no schema names is wrong too. */
export function openApi(name: string): OpenApi {
  const file = fileOf(name);
  if (!file) throw new Error(`there is no copy of ${name}`);
  // The vendor wrote it, and the type says only what is read here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const document = JSON.parse(readFileSync(file, "utf8")) as Document;
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajvFormats.default(ajv);
  ajv.addSchema(document, "document");
  const wrong = (pointer: readonly string[], value: unknown): string[] => {
    const escaped = pointer.map((part) =>
      encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")),
    );
    const reference = `document#/${escaped.join("/")}`;
    const validate = ajv.getSchema(reference);
    if (!validate) return [`${reference} is not in the document`];
    void validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
  };
  const { schemas } = document.components;
  const named = new Set(Object.values(schemas).flatMap(({ properties = {} }) => Object.keys(properties)));
  const pathOf: OpenApi["pathOf"] = ({ path }) =>
    Object.keys(document.paths).find((template) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/gu, "[^/]+")}$`, "u").test(path),
    );
  return {
    pathOf,
    wrongInQuery: (request) => {
      const [path, method] = [pathOf(request) ?? "", request.method.toLowerCase()];
      const known = document.paths[path]?.[method]?.parameters ?? [];
      return [...new URLSearchParams(request.query)].flatMap(([field, value]) => {
        const at = known.findIndex((one) => one.in === "query" && one.name === field);
        if (at < 0) return [`the query's ${field} is not in the document`];
        const place = ["paths", path, method, "parameters", String(at), "schema"];
        // A number is written in a query like a text of digits.
        const isFine = [value, ...(/^\d+$/u.test(value) ? [Number(value)] : [])].some(
          (sent) => wrong(place, sent).length === 0,
        );
        return isFine ? [] : [`the query's ${field} is not as documented: ${value}`];
      });
    },
    wrongInBody: (schema, body) => [
      ...wrong(["components", "schemas", schema], body),
      ...unnamed(body, new Set(Object.keys(schemas[schema]?.properties ?? {}))),
    ],
    wrongInAnswer: (request) => {
      const { method, status, answer } = request;
      const place = ["responses", String(status), "content", "application/json", "schema"];
      return [
        ...wrong(["paths", pathOf(request) ?? "", method.toLowerCase(), ...place], answer),
        ...unnamed(answer, named),
      ];
    },
  };
}

/** The properties of a value, or of the records in it, that no schema names. */
function unnamed(value: unknown, names: ReadonlySet<string>): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => unnamed(item, names));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    names.has(name) ? unnamed(part, names) : [`${name} is in no schema`],
  );
}
