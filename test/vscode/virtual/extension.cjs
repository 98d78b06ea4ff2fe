// A folder in memory with one study: what a workspace on GitHub or in a database looks like to an extension.
const vscode = require('vscode');

const study = Buffer.from('{ "lstmStudy": 1, "data": { "file": "prices.csv" } }\n');
const files = new Map([['/prices/tiny.lstm.json', study]]);

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  const stat = (uri) => {
    const file = files.get(uri.path);
    if (!file && uri.path !== '/' && uri.path !== '/prices') throw vscode.FileSystemError.FileNotFound(uri);
    return {
      type: file ? vscode.FileType.File : vscode.FileType.Directory,
      ctime: 0,
      mtime: 0,
      size: file?.length ?? 0,
    };
  };
  const refuse = (uri) => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(
      'memory',
      {
        onDidChangeFile: changed.event,
        watch: () => new vscode.Disposable(() => undefined),
        stat,
        readDirectory: (uri) =>
          uri.path === '/prices'
            ? [['tiny.lstm.json', vscode.FileType.File]]
            : [['prices', vscode.FileType.Directory]],
        readFile: (uri) => files.get(uri.path) ?? refuse(uri),
        writeFile: refuse,
        createDirectory: refuse,
        delete: refuse,
        rename: refuse,
      },
      { isReadonly: true },
    ),
  );
};
