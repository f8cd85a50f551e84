// Reads {schema, cases: [{schema?, value}]} from standard input and prints ajv's verdict on each case. A case without
// a schema of its own is judged by the whole one. Strict mode: an unknown keyword or a doubtful schema is an error.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const { schema, vocabulary, cases } = JSON.parse(readFileSync(0, "utf8"));
// Apart from two rules: members may be null, so types come in lists; and "pool or poolId" requires members that are
// defined one level higher, where strictRequired does not look.
const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false });
ajv.addVocabulary(vocabulary);
const whole = ajv.compile(schema);
const verdicts = cases.map((one) => (one.schema ? ajv.compile(one.schema) : whole)(one.value));
process.stdout.write(JSON.stringify(verdicts));
