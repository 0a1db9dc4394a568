/** The components of the design language, over React Aria: every view draws with these. */
export { Button, IconButton, type ButtonProps, type IconButtonProps } from './button.tsx';
export { Checkbox, Chips, RadioGroup, Switch } from './choices.tsx';
export { Confirm, Dialog, type DialogProps } from './dialog.tsx';
export { NumberField, SearchField, SecretField, TextArea, TextField } from './fields.tsx';
export { FirstAnswer } from './first-answer.tsx';
export { Icon } from './icon.tsx';
export { MenuButton, MenuList, type MenuAction, type MenuItems } from './menu.tsx';
export { ProgressBar } from './progress-bar.tsx';
export { Select, type SelectOption } from './select.tsx';
export { Spinner } from './spinner.tsx';
export { Badge, Card, EmptyState, Note, Page, type NoteTone } from './surfaces.tsx';
export { notify, ToastArea } from './toasts.tsx';
