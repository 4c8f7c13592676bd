/** One line of a menu; with `checked` it is one that can be ticked. */
export type MenuItem = {
	label: string;
	onselect: () => void;
	tone?: 'plain' | 'danger';
	checked?: boolean;
};
