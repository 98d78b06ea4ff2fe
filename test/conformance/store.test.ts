import { isFault } from '../../src/model/fault.ts';
import { documentAdapter } from '../../src/engine/store/documentAdapter.ts';
import { sampleSchema, storeConformance } from './store.ts';

storeConformance('documentAdapter', {
  create: (file, guard) => documentAdapter({ file, schema: sampleSchema, guard }),
  faultOf: (error) => (isFault(error) ? error.code : 'bug'),
});
