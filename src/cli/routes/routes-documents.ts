import { z } from "zod";

/** What is wrong with a part of the file: the keys and indexes that lead to it. */
export const faultDocument = z.object({
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
});
