/** English messages about documents with fixed pages. */

export const documents = {
  password: 'Password of the document',
  showPassword: 'Show password',
  unlock: 'Add',
  unlocking: 'Adding…',
  unlocked: 'Added. The password is kept with the book, encrypted.',
};
