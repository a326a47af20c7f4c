import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { erasedReason } from "../../domain/shared/erased.ts";

/** The person whose text it is. */
interface TextKey {
  readonly id: string;
  readonly key: Buffer | undefined;
  readonly workspaceId: string;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** What a person typed, encrypted with their key. Only their id and workspace open it again. */
export function encryptText(
  text: string,
  { id, key, workspaceId }: TextKey & { readonly key: Buffer },
): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(JSON.stringify([workspaceId, id])));
  const body = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `~s1:${id}:${body.toString("base64url")}`;
}

/** The text again; without the key, because the person was erased or it cannot be opened, words that say so. */
export function decryptText(text: string, { id, key, workspaceId }: TextKey): string {
  if (!key) return erasedReason;
  const body = Buffer.from(text, "base64url");
  if (body.length < nonceBytes + tagBytes) return unreadable;
  const decipher = createDecipheriv(algorithm, key, body.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(JSON.stringify([workspaceId, id])));
  decipher.setAuthTag(body.subarray(-tagBytes));
  try {
    const plain = decipher.update(body.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([plain, decipher.final()]).toString("utf8");
  } catch {
    // Somebody has altered it, and the chain shows that.
    return unreadable;
  }
}

const unreadable = "(not readable)";
