// validate_checks.js SCHEMA CHECKS: prints what each check violates; exit status 1 if one does, or if there is none.
const fs = require("fs");
const Ajv = require("../node_modules/ajv/dist/2020");
const [schema, checks] = process.argv.slice(2).map((path) => JSON.parse(fs.readFileSync(path, "utf8")));
const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(schema);
let wrong = Object.keys(checks).length === 0;
for (const [name, check] of Object.entries(checks)) {
  if (validate(check)) continue;
  wrong = true;
  for (const error of validate.errors) console.log(`${name}: ${error.message} at ${error.instancePath}`);
}
process.exit(wrong ? 1 : 0);
