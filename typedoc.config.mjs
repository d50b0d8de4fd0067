import {Converter, ReflectionKind} from 'typedoc';

/** @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>} */
export default {
	// The parts of `Combination`: what it asks for is said where the options are.
	intentionallyNotExported: [
		'BoundOfSort',
		'SortOfBound',
		'StatusOfContact',
		'NoInboxOfContact',
		'ContactOfDescending',
	],
	plugin: ['typedoc-plugin-markdown', prepare],
	entryPoints: ['lib/index.ts', 'lib/sandbox/index.ts', 'lib/shared/index.ts'],
	out: 'docs/reference',
	router: 'module',
	readme: 'none',

	// A warning fails the command: an export without a doc comment, a type that is not exported, a dead link.
	treatWarningsAsErrors: true,
	validation: {notDocumented: true, notExported: true, invalidLink: true},
	requiredToBeDocumented: ['Module', 'Class', 'Interface', 'TypeAlias', 'Function', 'Property', 'Method'],

	sort: ['source-order'],
	groupOrder: ['Functions', 'Type Aliases', 'Interfaces', 'Classes'],
	disableSources: true,
	excludeExternals: true,
	preservedTypeAnnotationTags: ['@throws'],
	hidePageHeader: true,
	hideBreadcrumbs: true,
	expandObjects: true,
	expandParameters: true,
	flattenOutputFiles: true,
	indexFormat: 'table',
	parametersFormat: 'none',
	interfacePropertiesFormat: 'table',
	classPropertiesFormat: 'table',
	propertyMembersFormat: 'table',
	typeDeclarationFormat: 'table',
	tableColumnSettings: {hideDefaults: true, hideInherited: true, hideModifiers: true, hideOverrides: true},
};

/** @param {import('typedoc').Application} app */
function prepare({converter, logger}) {
	/** @param {import('typedoc').Context} context */
	function onResolve({project}) {
		// Nobody but the library makes its errors.
		for (const maker of project.getReflectionsByKind(ReflectionKind.Constructor)) {
			project.removeReflection(maker);
		}

		// TypeDoc would give it the comment of what it extends, and miss nothing.
		for (const reflection of project.getReflectionsByKind(ReflectionKind.ClassOrInterface)) {
			if (!reflection.comment) {
				logger.warn(`${reflection.name} has no doc comment of its own`);
			}
		}

		// What is thrown is the half of it that the Markdown leaves out.
		for (const {comment} of project.getReflectionsByKind(ReflectionKind.SomeSignature)) {
			for (const {typeAnnotation, content} of comment?.getTags('@throws') ?? []) {
				content.unshift(
					{kind: 'code', text: `\`${typeAnnotation.slice(1, -1)}\``},
					{kind: 'text', text: ' '},
				);
			}
		}
	}

	const beforeTypeDocs = 1000;
	converter.on(Converter.EVENT_RESOLVE_BEGIN, onResolve, beforeTypeDocs);
}
