import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One import as it stands in a file; `typeOnly` ones leave nothing at run time. */
export type Import = { specifier: string; typeOnly: boolean };

const SKIPPED = new Set(['node_modules', 'paraglide', '.svelte-kit', 'build', 'peers', 'results']);

/** All files below `folder` (paths from the project's root, forward slashes) whose name ends in one of `endings`. */
export function listFiles(folder: string, endings: readonly string[]): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		if (SKIPPED.has(entry.name)) return [];
		const path = join(folder, entry.name).split('\\').join('/');
		if (entry.isDirectory()) return listFiles(path, endings);
		return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
	});
}

/** A folder that a later piece of work brings: false until it stands there. */
export const stands = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Every static and dynamic import and re-export of `code`, a TypeScript module or a Svelte component. */
export function importsOf(path: string, code: string): Import[] {
	if (!path.endsWith('.svelte')) return importsOfModule(code);
	const scripts = [...code.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)];
	const markup = code.replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, '');
	const lazy = [...markup.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)];
	return [
		...scripts.flatMap((script) => importsOfModule(script[1] ?? '')),
		...lazy.map((match) => ({ specifier: match[1] ?? '', typeOnly: false }))
	];
}

function importsOfModule(code: string): Import[] {
	const found: Import[] = [];
	const visit = (node: ts.Node): void => {
		const named = specifierOf(node);
		if (named) found.push(named);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('module.ts', code, ts.ScriptTarget.Latest, false));
	return found;
}

function specifierOf(node: ts.Node): Import | undefined {
	if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
		const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
		return { specifier: node.moduleSpecifier.text, typeOnly };
	}
	if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
		return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly };
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
		const literal = node.argument.literal;
		return ts.isStringLiteral(literal) ? { specifier: literal.text, typeOnly: true } : undefined;
	}
	if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
		const [argument] = node.arguments;
		return argument && ts.isStringLiteral(argument)
			? { specifier: argument.text, typeOnly: false }
			: undefined;
	}
	return undefined;
}

export const read = (path: string): string => readFileSync(path, 'utf8');
