import { relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { judgeImport, judgeName } from './layers.ts';

const pathOf = (context: Rule.RuleContext): string =>
	relative(context.cwd, context.filename).split(sep).join('/');

/** Lint rule: imports only point down, and the message says where the file belongs. */
export const layersRule: Rule.RuleModule = {
	meta: { type: 'problem', schema: [] },
	create(context) {
		const from = pathOf(context);
		const judge = (node: Rule.Node, specifier: unknown, typeOnly: boolean): void => {
			if (typeof specifier !== 'string') return;
			const message = judgeImport(from, specifier, typeOnly);
			if (message) context.report({ node, message });
		};
		// estree does not know `import type`; the TypeScript parser adds the kind.
		const isType = (node: object, kind: 'importKind' | 'exportKind'): boolean =>
			kind in node && (node as Record<string, unknown>)[kind] === 'type';
		return {
			ImportDeclaration: (node) => judge(node, node.source.value, isType(node, 'importKind')),
			ExportNamedDeclaration: (node) => judge(node, node.source?.value, isType(node, 'exportKind')),
			ExportAllDeclaration: (node) => judge(node, node.source.value, isType(node, 'exportKind')),
			ImportExpression: (node) => {
				if (node.source.type === 'Literal') judge(node, node.source.value, false);
			}
		};
	}
};

/** Lint rule: files and folders are named after the domain. */
export const namesRule: Rule.RuleModule = {
	meta: { type: 'problem', schema: [] },
	create(context) {
		return {
			Program: (node) => {
				const message = judgeName(pathOf(context));
				if (message) context.report({ node, message });
			}
		};
	}
};
