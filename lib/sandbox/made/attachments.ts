import type {Random} from './random.ts';

/** A file, a place, or what else comes with a message; told apart by its `type`. */
export interface SandboxAttachment {
	/** Such as `FILE`, `LOCATION` or `QUICK_REPLIES`. */
	readonly type: string;
	readonly [field: string]: unknown;
}

const kinds = [
	() => ({
		type: 'FILE',
		fileId: '9900001',
		fileUsageType: 'IMAGE',
		name: 'photo.jpg',
		url: 'https://shop.example/photo.jpg',
	}),
	() => ({type: 'FILE', fileId: '9900002', fileUsageType: 'OTHER'}),
	() => ({type: 'LOCATION', latitude: 47.37, longitude: 8.54, name: 'The shop'}),
	() => ({
		type: 'CONTACT',
		contactProfile: {
			addresses: [],
			emails: [{type: 'WORK', email: 'casey@customer.example'}],
			name: {firstName: 'Casey', lastName: 'Customer'},
			phones: [{phone: '+41 44 000 00 00'}],
			urls: [],
		},
	}),
	() => ({type: 'UNSUPPORTED_CONTENT'}),
	() => ({type: 'MESSAGE_HEADER', fileId: 9_900_003, text: 'An offer'}),
	() => ({
		type: 'QUICK_REPLIES',
		allowMultiSelect: false,
		allowUserInput: true,
		quickReplies: [{label: 'Yes', value: 'yes', valueType: 'TEXT'}],
	}),
	() => ({type: 'WHATSAPP_TEMPLATE_METADATA', crmObjectIds: {}, parameters: {name: 'Casey'}}),
	() => ({type: 'SOCIAL_MEDIA_METADATA', socialMetadata: {mediaType: 'PHOTO'}}),
] as const;

export const attach = (random: Random): readonly SandboxAttachment[] =>
	random.happens(0.12) ? [random.pick(kinds)()] : [];
