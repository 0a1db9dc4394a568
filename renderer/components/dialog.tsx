import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { common } from '../../shared/strings/common.ts';
import { Button } from './button.tsx';

export interface DialogProps {
  title: string;
  isOpen: boolean;
  /** Escape, or a press beside it */
  onClose: () => void;
  children: ReactNode;
  /** buttons, the one that goes on last */
  footer: ReactNode;
  size?: 'normal' | 'wide' | 'widest';
  /** a press beside it does not close it: something has been typed */
  keepOpen?: boolean;
  role?: 'dialog' | 'alertdialog';
}

/** Over everything, with the focus kept in it. */
export function Dialog({ title, isOpen, onClose, children, footer, size = 'normal', keepOpen, role }: DialogProps) {
  return (
    <ModalOverlay
      className="dialog-overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={keepOpen !== true}
    >
      <Modal className="dialog-modal" data-size={size}>
        <AriaDialog className="dialog" role={role ?? 'dialog'}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
          </div>
          <div className="dialog-body">{children}</div>
          <div className="dialog-foot">{footer}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmProps {
  title: string;
  isOpen: boolean;
  /** what happens then */
  children: ReactNode;
  /** the word on the button that does it */
  action: string;
  onConfirm: () => void;
  onCancel: () => void;
  isPending?: boolean;
  /** It cannot be done yet. */
  isDisabled?: boolean;
  /** as of `Dialog` */
  keepOpen?: boolean;
  cancel?: string;
}

/** Asks once before something that cannot be taken back; the focus begins on the safe answer. */
export function Confirm(props: ConfirmProps) {
  const { title, isOpen, children, action, onConfirm, onCancel, cancel } = props;
  const { isPending = false, isDisabled = false, keepOpen = false } = props;
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onCancel}
      role="alertdialog"
      keepOpen={keepOpen}
      footer={
        <>
          <Button onPress={onCancel} autoFocus>
            {cancel ?? common.cancel}
          </Button>
          <Button variant="danger" onPress={onConfirm} isPending={isPending} isDisabled={isDisabled}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
