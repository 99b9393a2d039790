template <class T> struct A { enum { x = T::y }; };
#if 0
{{{{
#endif
void f() { g(((((((((1))))))))); }
const char* s = R"(DROP TABLE a)";
void h() { exec("DROP " "TABLE " + name + " x"); ::unlink("\x41\n"); }
