case A: {
 return;
}
