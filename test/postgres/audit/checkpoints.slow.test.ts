import { describe } from "vitest";
import { checkpointsContract } from "../../store/checkpoints/checkpoints-contract.ts";
import { missing, skipped } from "../support.ts";
import { signedPostgres } from "./signed-log.ts";

describe.skipIf(missing !== undefined)(
  `PostgreSQL's signed checkpoints keep their contract${skipped}`,
  () => {
    checkpointsContract(async () => (await signedPostgres()).log);
  },
);
