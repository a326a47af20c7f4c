/** A file that was announced, and maybe uploaded and shared. */
interface Upload {
  readonly id: string;
  readonly token: string;
  readonly filename: string;
  /** In bytes, as announced. */
  readonly length: number;
  content: string | undefined;
}

/** Files in transit, by id. */
export type Uploads = Map<string, Upload>;

/** Receives the bytes of an announced file. Slack responds 200 if they are valid, and something else otherwise. */
export async function takeUpload(
  uploads: Uploads,
  id: string,
  sent: { readonly body: string; readonly type: string },
): Promise<{ status: number; words: string }> {
  const upload = uploads.get(id);
  const body = await contentOf(sent);
  if (upload === undefined) return { status: 404, words: "no such upload" };
  const bytes = Buffer.byteLength(body);
  if (bytes !== upload.length) return { status: 400, words: `${bytes} bytes, not ${upload.length}` };
  upload.content = body;
  return { status: 200, words: `OK - ${bytes}` };
}

/** The raw body, or the only part of a form. */
async function contentOf({ body, type }: { readonly body: string; readonly type: string }): Promise<string> {
  if (!type.startsWith("multipart/form-data")) return body;
  const form = await new Response(body, { headers: { "content-type": type } }).formData();
  const [part] = form.values();
  return part === undefined || typeof part === "string" ? (part ?? "") : part.text();
}
