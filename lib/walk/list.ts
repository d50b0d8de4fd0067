import type {FetchPage} from '../request/fetch-page.ts';
import type {ToParameters} from '../request/parameters.ts';
import type {Read} from '../request/read.ts';
import type {OptionNames} from '../rules.ts';

/** One list to walk from its first page to its last. */
export interface ListQuery {
	readonly path: string;
	readonly toParameters: ToParameters;
	/** What a `resume` says beside the cursor, to come back to this list and to those that follow. */
	readonly resume?: object;
}

/** A kind of list at HubSpot. */
export interface List<Options> {
	/** What one item is called in a message. */
	readonly item: string;
	readonly defaultPageSize: number;
	readonly optionNames: OptionNames;
	/**
	 * The lists that the options ask for; they are walked one after another.
	 *
	 * @throws {TypeError} for what HubSpot refuses or, worse, silently ignores.
	 */
	parse(options: Options): readonly ListQuery[];
	/** For a list whose pages take further requests before they are whole. */
	completePages?(options: Options, fetchPage: FetchPage<unknown>, read: Read): FetchPage<unknown>;
}
