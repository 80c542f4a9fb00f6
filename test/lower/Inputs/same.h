case A: { /* a comment */
    break;
}
