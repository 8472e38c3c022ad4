#include "berkeley/failure.hpp"

namespace caesura {

Error error_from_native(int code) {
    for (const ErrorRow& row : error_table()) {
        if (row.code == code) {
            return row.error;
        }
    }
    return Error::unexpected;
}

} // namespace caesura
