/** Writes what is generated from the schema: `node test/agent/config/write-sample.ts`. */
import { writeFileSync } from 'node:fs';
import { readme, readmeWithTable, sample } from './generated.ts';
import { sampleYaml } from '../../../packages/agent/src/config/sample.ts';

writeFileSync(sample, sampleYaml());
writeFileSync(readme, readmeWithTable());
