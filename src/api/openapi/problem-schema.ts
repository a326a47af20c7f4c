import { z } from "zod";
import { snapshotSchema } from "../../domain/numbers/change.ts";
import { problemCodes } from "../../domain/problem/problem.ts";
import { changeResource } from "../changes/change-resource.ts";
import { httpCodes } from "../server/http-problem.ts";

/** A problem in the format of RFC 9457, with the members that a program can use. */
export const problemSchema = z.object({
  type: z.string().describe("urn:patchbay:problem: and the code"),
  title: z.string(),
  status: z.number().int(),
  code: z.enum([...problemCodes, ...httpCodes]),
  detail: z.string().describe("What happened, for a person"),
  requestId: z.string().describe("Also in the header X-Request-Id and in the server's log"),
  field: z.string().optional(),
  nearest: z.array(z.string()).optional(),
  errors: z
    .array(z.object({ in: z.string(), at: z.string().describe("A JSON pointer"), message: z.string() }))
    .optional(),
  seen: snapshotSchema
    .optional()
    .describe("Of a conflict: the state that If-Match stands for, if it is still known"),
  now: snapshotSchema.optional().describe("Of a conflict: the state now"),
  freeze: z
    .object({
      title: z.string(),
      by: z.string(),
      reason: z.string(),
      at: z.string(),
      until: z.string().optional(),
    })
    .optional(),
  rules: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
  vendorStatus: z.number().optional(),
  change: z
    .union([z.string(), changeResource])
    .optional()
    .describe("The change that was refused after it was sent; or the id of the one that runs"),
});
