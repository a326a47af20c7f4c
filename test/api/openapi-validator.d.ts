/** Only what the tests use, so that the types can be checked before `npm ci` has brought the validator. */
declare module "@seriousme/openapi-schema-validator" {
  export class Validator {
    validate(document: object): Promise<{ readonly valid: boolean }>;
  }
}
