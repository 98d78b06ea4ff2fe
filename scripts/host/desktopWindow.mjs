// One window of a desktop VS Code that runs a tests entry; SIGINT closes it (runTests sees to that). See desktop.mjs.
import { runTests } from '@vscode/test-electron';

const options = JSON.parse(process.argv[2]);
await runTests(options).catch(() => process.exit(1)); // a window that was closed on its tests; what they found lies in their file
