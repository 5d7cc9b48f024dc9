console.log('almagest')
