import type { VerifySegment } from "../../domain/ports/retention.ts";
import { publicKeys } from "../checkpoints/checkpoint-key.ts";
import { verifySegmentLines } from "./segment-lines.ts";

/** See `VerifySegment`. */
export const verifySegment: VerifySegment = async (lines, pem) =>
  verifySegmentLines(lines, pem === undefined ? [] : publicKeys(pem, "--public-key"));
