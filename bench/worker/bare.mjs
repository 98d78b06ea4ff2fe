// The least a child of the engine can be: says that it is there.
process.send('up');
