/* An address that compares agents shows no matrix while the page is read: what is seen first would move. */
if (new URLSearchParams(location.search).getAll("compare").length > 1) document.querySelector(".ac-matrix").classList.add("ac-comparing");
