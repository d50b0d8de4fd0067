import ts from 'typescript';

/** What the compiler says about files that exist only here: path → code, with the options of this repository. */
export function problemsOf(
	files: ReadonlyMap<string, string>,
	more: ts.CompilerOptions = {},
): readonly string[] {
	const {config} = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
	const options = {...ts.parseJsonConfigFileContent(config, ts.sys, process.cwd()).options, ...more};
	const host = ts.createCompilerHost(options);
	const {readFile, fileExists, getSourceFile} = host;
	host.fileExists = name => files.has(name) || fileExists(name);
	host.readFile = name => files.get(name) ?? readFile(name);
	host.getSourceFile = (name, version) => {
		const code = files.get(name);
		return code === undefined ? getSourceFile(name, version) : ts.createSourceFile(name, code, version);
	};
	const program = ts.createProgram([...files.keys()], options, host);
	return ts
		.getPreEmitDiagnostics(program)
		.map(({file, messageText}) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}
