export const id = 668;
export const ids = [668];
export const modules = {

/***/ 59668:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   programFile: () => (/* binding */ programFile)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76760);
/** Which version of a program a command runs: the hash of its file. Starts nothing. */




const isFile = async (path) => (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.stat)(path).catch(() => null))?.isFile() ?? false;
/** Null for what lies elsewhere. */
function placeIn(checkout, path) {
    const place = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.relative)(checkout, path);
    return place.startsWith('..') || (0,node_path__WEBPACK_IMPORTED_MODULE_3__.isAbsolute)(place) ? null : place;
}
async function sha256Of(path) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    for await (const chunk of (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createReadStream)(path))
        hash.update(chunk); // without an encoding they are bytes
    return hash.digest('hex');
}
/**
 * The first word of the command that is a file of the checkout: the program itself, or the script that an interpreter
 * runs. Null where none is, or it cannot be read.
 */
async function programFile({ argv, checkout }) {
    for (const word of argv) {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.resolve)(checkout, word);
        const place = placeIn(checkout, path);
        if (place === null || !(await isFile(path)))
            continue;
        const sha256 = await sha256Of(path).catch(() => null);
        return sha256 === null ? null : { file: place.replaceAll(node_path__WEBPACK_IMPORTED_MODULE_3__.sep, '/'), sha256 };
    }
    return null;
}


/***/ })

};
