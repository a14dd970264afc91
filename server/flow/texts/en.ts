/**
 * Everything that the hosted pages say, in English. One file per language; every other one has the type of this.
 * `{name}` is filled in by the step that shows the text. Sentences for refusals are in `en-sentences.ts`.
 * A list, which translators read from top to bottom: it is as long as the pages have words.
 */
import { sentences } from './en-sentences.ts';

export const en = {
  lang: 'en',
  dir: 'ltr',
  frame: {
    title: '{heading} – {name}',
    errorTitle: 'Error: {heading} – {name}',
    errors: 'Please check this:',
    optional: 'optional',
    showPassword: 'Show',
    hidePassword: 'Hide',
    showPasswordLabel: 'Show password',
    hidePasswordLabel: 'Hide password',
    working: 'One moment…',
    request: 'Request {id}',
  },
  fields: {
    required: 'Please fill in “{label}”.',
    tooLong: '“{label}” is too long.',
  },
  labels: {
    username: {
      username: 'Username',
      email: 'Email address',
      phone_number: 'Phone number',
      'email phone_number': 'Email address or phone number',
      'username email': 'Username or email address',
      'username phone_number': 'Username or phone number',
      'username email phone_number': 'Username, email address or phone number',
    },
    password: 'Password',
    newPassword: 'New password',
    code: 'Code',
    attributes: {
      address: 'Address',
      birthdate: 'Date of birth',
      email: 'Email address',
      family_name: 'Last name',
      gender: 'Gender',
      given_name: 'First name',
      locale: 'Language',
      middle_name: 'Middle name',
      name: 'Name',
      nickname: 'Nickname',
      phone_number: 'Phone number',
      picture: 'Address of a picture',
      preferred_username: 'Preferred username',
      profile: 'Address of your profile',
      updated_at: 'Updated at',
      website: 'Website',
      zoneinfo: 'Time zone',
    },
  },
  hints: {
    phone_number: 'With the country code, for example +12065550100',
    zoneinfo: 'For example Europe/Vienna',
    locale: 'For example en-US',
    username: 'Letters, digits and signs, no spaces',
    code: 'Six digits',
  },
  policy: {
    heading: 'Your password needs',
    length: 'at least {minimum} characters',
    uppercase: 'an uppercase letter',
    lowercase: 'a lowercase letter',
    number: 'a digit',
    symbol: 'a symbol such as !',
    met: 'done',
    unmet: 'still missing',
  },
  signIn: {
    heading: 'Sign in',
    submit: 'Sign in',
    forgot: 'Forgot your password?',
    noAccount: 'No account yet?',
    signUp: 'Create an account',
    signedInAs: 'You are signed in as {person}.',
    continue: 'Continue as {person}',
    another: 'Use another account',
    or: 'or',
    company: 'Company email address',
    companySubmit: 'Sign in with your company',
    providers: {
      Google: 'Sign in with Google',
      Facebook: 'Continue with Facebook',
      LoginWithAmazon: 'Login with Amazon',
      SignInWithApple: 'Sign in with Apple',
      other: 'Sign in with {name}',
    },
  },
  findProvider: {
    heading: 'Sign in with your company',
    intro: 'Your email address says where you sign in.',
    label: 'Company email address',
    submit: 'Next',
    back: 'Back to sign-in',
  },
  onward: {
    heading: 'One moment…',
    submit: 'Go on',
  },
  signUp: {
    heading: 'Create an account',
    submit: 'Create account',
    haveAccount: 'Have an account already?',
    signIn: 'Sign in',
  },
  confirm: {
    code: {
      heading: 'Enter the code',
      intro: 'We sent a code to {destination}.',
      submit: 'Confirm',
      resend: 'Send a new code',
      nothing: 'Did nothing arrive? Look among unwanted mail too.',
    },
    'text message': {
      heading: 'Enter the code',
      intro: 'We sent a text message with a code to {destination}.',
      submit: 'Confirm',
      resend: 'Send a new text message',
      nothing: 'Did nothing arrive? A text message can take a minute.',
    },
    link: {
      heading: 'Open the link',
      intro: 'We sent a link to {destination}. Open it, then come back to this page.',
      submit: 'I opened the link',
      resend: 'Send a new link',
      nothing: 'Did nothing arrive? Look among unwanted mail too.',
    },
    administrator: {
      heading: 'Almost there',
      intro:
        'Your account was made. The people who run this application have to confirm it before you can sign in.',
      submit: 'Try again',
      resend: '',
      nothing: '',
    },
    other: 'Use another account',
  },
  resend: {
    heading: 'Send a new message',
    intro: 'A new message makes the earlier ones useless.',
    submit: 'Send',
    back: 'Back',
  },
  forgot: {
    heading: 'Reset your password',
    intro: 'Tell us who you are, and we send you a code with which you can choose a new password.',
    submit: 'Send code',
    back: 'Back to sign-in',
  },
  reset: {
    heading: 'Choose a new password',
    sent: 'If there is an account, a code is on its way to {destination}.',
    sentAsText: 'If there is an account, a text message with a code is on its way to {destination}.',
    submit: 'Change password',
    resend: 'Send a new code',
    back: 'Back to sign-in',
  },
  newPassword: {
    heading: 'Choose a new password',
    intro: 'The password that you have was temporary. Choose one of your own to go on.',
    submit: 'Save and go on',
    back: 'Use another account',
  },
  linkConfirmed: {
    heading: 'Your registration has been confirmed!',
    next: 'You can close this page. Go back to where you created the account and sign in.',
  },
  linkFailed: {
    heading: 'This link does not work',
    next: 'Go back to where you created the account and sign in: there you can have a new link sent.',
  },
  signedOut: {
    heading: 'You are signed out',
    next: 'You can close this page, or go back to the application to sign in again.',
  },
  signOut: {
    heading: 'Do you want to sign out?',
    asked: '{application} asks to sign you out, here and in the other applications that you signed in to.',
    question: 'You will be signed out here and in the applications that you signed in to.',
    leave: 'Sign out',
    stay: 'Stay signed in',
    stayed: 'You are still signed in',
    stayedNext: 'You can close this page, or go back to the application.',
    leaving: 'Signing you out…',
    leavingText: 'The other applications are told. This takes two seconds.',
    frame: 'An application ends its session',
  },
  consent: {
    heading: 'Allow {application} to use your account?',
    person: 'You are signed in as {person}.',
    intro: 'If you allow it, {application} can:',
    scopes: {
      openid: 'know which account you have here',
      email: 'see your email address',
      phone: 'see your phone number',
      profile: 'see your profile, such as your name, picture and language',
      address: 'see your address',
      offline_access: 'go on doing so while you are not using it',
      'aws.cognito.signin.user.admin':
        'see and change your account: your details, password and sign-in settings',
    },
    claim: 'see this of you: {label}',
    resource: 'use {resource} in your name',
    scope: 'do this: {scope}',
    back: 'Either way you go back to {host}.',
    registered: 'This application gave itself its name. Nobody here has checked who it is.',
    policy: 'Privacy policy of {application}',
    terms: 'Terms of {application}',
    allow: 'Allow',
    cancel: 'Do not allow',
    another: 'Use another account',
  },
  device: {
    heading: 'Connect a device',
    intro: 'Type the code that your device shows.',
    code: 'Code',
    hint: 'Eight letters, for example WDJB‑MJHT',
    submit: 'Next',
    unknown:
      'No device waits with that code. Look at the device again: after ten minutes it needs a new one.',
    confirmHeading: 'Sign in to {application} on a device?',
    person: 'You are signed in as {person}. The device will be able to use your account.',
    compare: 'Does the device in front of you show this code?',
    warning:
      'Did somebody send you this code or a link to it? Then do not go on: they would get in to your account.',
    from: 'The device asked from {address}.',
    allow: 'Yes, sign in on the device',
    cancel: 'No, do not sign in',
    another: 'Use another account',
    done: { heading: 'Your device is signed in', next: 'You can close this page and go on there.' },
    cancelled: {
      heading: 'Nothing was signed in',
      next: 'The device was told. You can close this page.',
    },
    failed: {
      heading: 'Signing in did not work',
      next: 'Nothing was signed in, and the device was told. Begin again on the device.',
    },
    expired: {
      heading: 'The device waits no more',
      next: 'Its code has been used, or ten minutes are over. Begin again on the device.',
    },
  },
  notOffered: {
    password: {
      heading: 'There is no way to sign in here yet',
      text: 'This application has none of its ways to sign in switched on. Ask the people who run it.',
    },
    signUp: {
      heading: 'New accounts are made for you',
      text: 'The people who run this application make the accounts. Ask them for one.',
    },
    recovery: {
      heading: 'Passwords are reset for you',
      text: 'The people who run this application can reset your password. Ask them.',
    },
    signIn: {
      heading: 'There is no way to sign in here yet',
      text: 'This application has none of its ways to sign in switched on. Ask the people who run it.',
    },
    emailProviders: {
      heading: 'No company signs in here',
      text: 'This application does not let people sign in with their company.',
    },
    back: 'Back to sign-in',
  },
  ended: {
    heading: 'This page has expired',
    intro:
      'You signed in already, the page was open for too long, or your browser keeps no cookies of this site.',
    again: 'Start again',
    back: 'Go back to the application and sign in from there.',
  },
  refused: {
    heading: 'That did not work',
    form: 'The form was sent without the cookie that belongs to it. Allow cookies for this site and try again.',
    size: 'That was more than this form takes.',
    again: 'Try again',
  },
  error: {
    heading: 'That did not work',
    back: 'Go back to the application and try again. If it happens again, tell the people who run it what is written here.',
    code: 'Error: {code}',
    codes: {
      redirect_mismatch:
        'The address to return to is not one that this application has registered, so you were not sent there.',
      logout_uri_mismatch:
        'The address to go to after signing out is not one that this application has registered. You are signed out all the same.',
      invalid_redirect_uri:
        'The address to return to is not one that this application has registered, so you were not sent there.',
      invalid_request_uri:
        'What the application asked for was answered already, or has waited too long. Go back to the application and begin again.',
      request_uri_not_supported:
        'The application keeps what it asks for at an address, and nothing is read from there.',
      invalid_request_object:
        'What the application asked for is not signed by it, or is not of the right form.',
      invalid_client: 'The application is not known here.',
      unauthorized_client: 'The application is not set up for this way of signing in.',
      invalid_request: 'Something that is needed is missing from the request, or is not of the right form.',
      invalid_provider: 'That way to sign in is not available for this application. Choose another one.',
      provider_answer:
        'This browser did not begin the sign-in that it came back from, or it has ended already or taken too long. Go back to the application and begin again.',
      invalid_scope: 'The application asked for access that it may not have.',
      interaction_expired:
        'This sign-in has ended already, or has waited too long. Go back to the application and begin again.',
      temporarily_unavailable: 'Sign-in is very busy just now. Try again in a moment.',
      server_error: 'Something went wrong on our side.',
      unknown: 'Something went wrong.',
    },
  },
  notices: {
    'not-confirmed': 'This account is not confirmed yet.',
    'code-sent': 'A new message is on its way.',
    'delivery-failed':
      'Your account was made, but the message could not be sent. Try to send it again in a moment.',
    'password-changed': 'Your password has been changed. Sign in with the new one.',
    'reset-required': 'Your password has to be reset before you can sign in.',
    'start-again': 'That took too long. Please sign in again.',
  },
  sentences,
};

export type Texts = typeof en;
