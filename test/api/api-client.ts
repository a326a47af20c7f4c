import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { z } from "zod";

const operationSchema = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.enum(["path", "query", "header"]) })),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()) })),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

/** What an operation of the document takes. */
export interface OperationInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer whose status, type and body are in the document. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the document has checked it
  readonly body: any;
}

/** A client made from the document that the server sends: it knows no path and no schema besides. */
export interface ApiClient {
  /** Calls an operation by its id. Throws if the document does not have what is sent or what is answered. */
  call(operationId: string, input?: OperationInput): Promise<ApiResponse>;
}

export async function apiClient(url: string, secret: string): Promise<ApiClient> {
  const document = documentSchema.parse(await (await fetch(`${url}/v1/openapi.json`)).json());
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, "document");
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const validators = new Map<string, ValidateFunction>();
  const validate = (pointer: string, body: unknown): void => {
    const known = validators.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
    validators.set(pointer, known);
    if (!known(body))
      throw new Error(
        `${pointer} does not describe ${JSON.stringify(body)}: ${JSON.stringify(known.errors)}`,
      );
  };
  return {
    call: async (operationId, { path: values = {}, query = {}, headers = {}, body } = {}) => {
      const found = operations.find((one) => one.operationId === operationId);
      if (!found) throw new Error(`the document has no operation ${operationId}`);
      const { path, method, parameters, responses } = found;
      const names = new Set(parameters.map((one) => one.name.toLowerCase()));
      for (const name of Object.keys({ ...values, ...query, ...headers }))
        if (!names.has(name.toLowerCase())) throw new Error(`${operationId} has no parameter ${name}`);
      const filled = path.replaceAll(/\{(\w+)\}/gu, (_braces, name: string) =>
        encodeURIComponent(values[name] ?? ""),
      );
      const response = await fetch(`${url}${filled}?${new URLSearchParams(query).toString()}`, {
        method: method.toUpperCase(),
        headers: {
          authorization: `Bearer ${secret}`,
          ...headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answered: unknown = await response.json();
      const status = String(response.status);
      const type = response.headers.get("content-type") ?? "";
      if (responses[status]?.content[type] === undefined)
        throw new Error(
          `the document has no ${status} ${type} of ${operationId}: ${JSON.stringify(answered)}`,
        );
      const steps = ["paths", path, method, "responses", status, "content", type, "schema"];
      const pointer = steps.map(
        (step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`,
      );
      validate(pointer.join(""), answered);
      return { status: response.status, headers: response.headers, body: answered };
    },
  };
}
