; The installer for Windows, for one account and without administrator rights.
;
; `cargo xtask dist --only nsis` stages the files and calls makensis with these definitions: TARGET, VERSION, NUMERIC_VERSION,
; TREE (the staged files), OUTPUT, INSTALLED_KB, and perhaps BOOTSTRAPPER (the installer of WebView2), PLUGINS (signed
; copies of NSIS's plug-ins) and SIGN (a program that signs the uninstaller).
;
; All files of the program are in one folder, app, which is replaced as a whole: nothing of an older version stays, and a
; failure leaves the older one. The library is elsewhere, in %LOCALAPPDATA%\Alexandria, and is never touched.
;
; Options: /S installs or removes without asking, /D=FOLDER installs elsewhere, /UPDATE does not look for WebView2.
; Exit codes: 0 done, 1 cancelled, 2 stopped, 10 a newer version is installed, 11 Alexandria is running, 12 a file could not
; be written, 13 WebView2 is missing and could not be installed.

Unicode true
Target ${TARGET}
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
CRCCheck force
AutoCloseWindow true

!ifdef PLUGINS
  !addplugindir /${TARGET} "${PLUGINS}"
!endif
!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"'
!endif

!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include MUI2.nsh

!define NAME Alexandria
!define WINDOW alexandria-desktop.exe
!define COMMAND alexandria.exe
!define WORKER alexandria-worker.exe
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define CLASSES "Software\Classes"
!define EPUB_ID Alexandria.epub.1
!define URL_ID Alexandria.url.1

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" InstallLocation
BrandingText "${NAME} ${VERSION}"

VIProductVersion "${NUMERIC_VERSION}"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} Setup"
VIAddVersionKey CompanyName "${NAME}"
VIAddVersionKey LegalCopyright "MIT OR Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German

LangString NEWER ${LANG_ENGLISH} "Version $0 is installed, which is newer. An older version may not be able to open your library."
LangString NEWER ${LANG_GERMAN} "Version $0 ist installiert und neuer. Eine ältere kann Ihre Bibliothek vielleicht nicht öffnen."
LangString RUNNING ${LANG_ENGLISH} "Close Alexandria first: the window, and the command in a terminal. In use: $0"
LangString RUNNING ${LANG_GERMAN} "Schließen Sie zuerst Alexandria: das Fenster und den Befehl in einem Terminal. In Gebrauch: $0"
LangString UNWRITTEN ${LANG_ENGLISH} "The files cannot be written to $INSTDIR. Nothing was changed."
LangString UNWRITTEN ${LANG_GERMAN} "In $INSTDIR kann nicht geschrieben werden. Nichts wurde geändert."
LangString NO_WEBVIEW ${LANG_ENGLISH} "Alexandria needs Microsoft Edge WebView2, which is missing and could not be installed. Install it from Microsoft, then run this program again."
LangString NO_WEBVIEW ${LANG_GERMAN} "Alexandria braucht Microsoft Edge WebView2. Es fehlt und konnte nicht installiert werden. Installieren Sie es von Microsoft und starten Sie dieses Programm noch einmal."
LangString LIBRARY_STAYS ${LANG_ENGLISH} "Your library was not removed. It is in $LOCALAPPDATA\Alexandria\Alexandria\data."
LangString LIBRARY_STAYS ${LANG_GERMAN} "Ihre Bibliothek wurde nicht entfernt. Sie ist in $LOCALAPPDATA\Alexandria\Alexandria\data."
LangString PATH_KEPT ${LANG_ENGLISH} "The search path could not be changed; the command is $INSTDIR\app\bin\alexandria.exe."
LangString PATH_KEPT ${LANG_GERMAN} "Der Suchpfad konnte nicht geändert werden; der Befehl ist $INSTDIR\app\bin\alexandria.exe."

; Ends with an exit code after a message, which a silent run does not show.
!macro Stop code message
  MessageBox MB_OK|MB_ICONSTOP "${message}" /SD IDOK
  SetErrorLevel ${code}
  Quit
!macroend

; Puts the name of a program's file that is open or running into $0, or nothing.
!macro InUse prefix
Function ${prefix}InUse
  StrCpy $0 ""
  Push "app\bin\${WINDOW}"
  Call ${prefix}IsOpen
  Push "app\bin\${COMMAND}"
  Call ${prefix}IsOpen
  Push "app\lib\alexandria\${WORKER}"
  Call ${prefix}IsOpen
  Push "app\lib\alexandria\runtime\onnxruntime.dll"
  Call ${prefix}IsOpen
FunctionEnd

Function ${prefix}IsOpen
  Pop $1
  ${If} ${FileExists} "$INSTDIR\$1"
    ClearErrors
    FileOpen $2 "$INSTDIR\$1" a
    ${If} ${Errors}
      StrCpy $0 $1
    ${Else}
      FileClose $2
    ${EndIf}
  ${EndIf}
FunctionEnd
!macroend
!insertmacro InUse ""
!insertmacro InUse "un."

; Changes the account's search path without NSIS's strings, which would truncate a long one. Expects ADD or REMOVE on the
; stack; returns whether the path is now as wanted.
!macro SearchPath prefix
Function ${prefix}SearchPath
  Pop $9
  StrCpy $8 failed
  StrLen $7 "$INSTDIR\app\bin"
  System::Call 'advapi32::RegOpenKeyExW(p -2147483647, w "Environment", i 0, i 0x2001F, *p .r1) i .r0'
  IntCmp $0 0 0 done done
  ; $2 is the type, $3 the length in bytes.
  System::Call 'advapi32::RegQueryValueExW(p r1, w "Path", p 0, *i .r2, p 0, *i .r3) i .r0'
  ${If} $0 = 2
    StrCpy $2 2
    StrCpy $3 0
  ${ElseIf} $0 <> 0
    Goto close
  ${EndIf}
  ${If} $2 <> 1
  ${AndIf} $2 <> 2
    Goto close
  ${EndIf}
  ; Zeros: a semicolon, the path, a semicolon, our folder, a semicolon.
  IntOp $4 $3 + $7
  IntOp $4 $4 + $7
  IntOp $4 $4 + 32
  System::Call 'kernel32::GlobalAlloc(i 0x40, p r4) p .r5'
  System::Call 'kernel32::lstrcpyW(p r5, w ";")'
  IntPtrOp $6 $5 + 2
  ${If} $3 > 0
    System::Call 'advapi32::RegQueryValueExW(p r1, w "Path", p 0, p 0, p r6, *i r3) i .r0'
    IntCmp $0 0 0 free free
  ${EndIf}
  System::Call 'kernel32::lstrcatW(p r5, w ";")'
  System::Call 'shlwapi::StrStrIW(p r5, w ";$INSTDIR\app\bin;") p .r0'
  ; Pointers are compared as text, because numbers here have 32 bits.
  ${If} $9 == ADD
    ${If} $0 != 0
      StrCpy $8 done
      Goto free
    ${EndIf}
    System::Call 'kernel32::lstrcatW(p r5, w "$INSTDIR\app\bin")'
    ; An empty path, or one that ends with a semicolon, does not get a second one.
    System::Call 'shlwapi::StrStrIW(p r5, w ";;$INSTDIR\app\bin") p .r0'
    ${If} $0 != 0
      IntPtrOp $4 $0 + 2
      System::Call 'kernel32::lstrlenW(p r4) i .r3'
      IntOp $3 $3 * 2
      IntOp $3 $3 + 2
      System::Call 'kernel32::RtlMoveMemory(p r0, p r4, p r3)'
    ${EndIf}
  ${Else}
    ${If} $0 == 0
      StrCpy $8 done
      Goto free
    ${EndIf}
    ; From the semicolon before it to the one after it, which stays.
    IntOp $7 $7 + 1
    IntOp $7 $7 * 2
    IntPtrOp $4 $0 + $7
    System::Call 'kernel32::lstrlenW(p r4) i .r3'
    IntOp $3 $3 * 2
    IntOp $3 $3 + 2
    System::Call 'kernel32::RtlMoveMemory(p r0, p r4, p r3)'
    ; The semicolon at the end was ours.
    System::Call 'kernel32::lstrlenW(p r5) i .r3'
    ${If} $3 > 1
      IntOp $3 $3 - 1
      IntOp $3 $3 * 2
      IntPtrOp $4 $5 + $3
      System::Call 'kernel32::RtlZeroMemory(p r4, p 2)'
    ${EndIf}
  ${EndIf}
  System::Call 'kernel32::lstrlenW(p r6) i .r3'
  ${If} $3 = 0
    System::Call 'advapi32::RegDeleteValueW(p r1, w "Path") i .r0'
  ${Else}
    IntOp $3 $3 * 2
    IntOp $3 $3 + 2
    System::Call 'advapi32::RegSetValueExW(p r1, w "Path", i 0, i r2, p r6, i r3) i .r0'
  ${EndIf}
  ${If} $0 = 0
    StrCpy $8 done
  ${EndIf}
free:
  System::Call 'kernel32::GlobalFree(p r5)'
close:
  System::Call 'advapi32::RegCloseKey(p r1)'
done:
  Push $8
FunctionEnd
!macroend
!insertmacro SearchPath ""
!insertmacro SearchPath "un."

; Tells other programs that file types and the search path changed.
!macro Announce
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  System::Call 'user32::SendMessageTimeoutW(p 0xffff, i 0x1a, p 0, w "Environment", i 2, i 2000, p 0)'
!macroend

Function .onInit
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" DisplayVersion
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 = 1
      !insertmacro Stop 10 "$(NEWER)"
    ${EndIf}
  ${EndIf}
  ; A run that was interrupted between two steps left the older version under another name.
  ${IfNot} ${FileExists} "$INSTDIR\app\*.*"
  ${AndIf} ${FileExists} "$INSTDIR\app.old\*.*"
    Rename "$INSTDIR\app.old" "$INSTDIR\app"
  ${EndIf}
again:
  Call InUse
  ${If} $0 != ""
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 11
    Quit
  ${EndIf}
FunctionEnd

; WebView2 as Microsoft's documentation says how to find it: installed for the machine or for the account.
Function WebView
  SetRegView 32
  ReadRegStr $0 HKLM "Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}" pv
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    ReadRegStr $0 HKCU "Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}" pv
  ${EndIf}
  SetRegView 64
  ${If} $0 != ""
  ${AndIf} $0 != "0.0.0.0"
    Return
  ${EndIf}
  !ifdef BOOTSTRAPPER
    InitPluginsDir
    File "/oname=$PLUGINSDIR\webview2.exe" "${BOOTSTRAPPER}"
    ExecWait '"$PLUGINSDIR\webview2.exe" /silent /install' $0
    IntCmp $0 0 found
  !endif
  !insertmacro Stop 13 "$(NO_WEBVIEW)"
  !ifdef BOOTSTRAPPER
    found:
  !endif
FunctionEnd

Section
  SetShellVarContext current
  SetRegView 64
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/UPDATE" $1
  ${If} ${Errors}
    Call WebView
  ${EndIf}

  RMDir /r "$INSTDIR\app.new"
  RMDir /r "$INSTDIR\app.old"
  ClearErrors
  SetOutPath "$INSTDIR\app.new"
  SetOverwrite on
  File /r "${TREE}/*"
  WriteUninstaller "$INSTDIR\uninstall.new.exe"
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    Goto unwritten
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\app\*.*"
    Rename "$INSTDIR\app" "$INSTDIR\app.old"
    ${If} ${Errors}
      Goto unwritten
    ${EndIf}
  ${EndIf}
  Rename "$INSTDIR\app.new" "$INSTDIR\app"
  ${If} ${Errors}
    Rename "$INSTDIR\app.old" "$INSTDIR\app"
    Goto unwritten
  ${EndIf}
  Delete "$INSTDIR\uninstall.exe"
  Rename "$INSTDIR\uninstall.new.exe" "$INSTDIR\uninstall.exe"
  RMDir /r "$INSTDIR\app.old"

  ; What opens EPUB files and links is the user's choice: we only offer ourselves.
  WriteRegStr HKCU "${CLASSES}\${EPUB_ID}" "" "EPUB"
  WriteRegStr HKCU "${CLASSES}\${EPUB_ID}\DefaultIcon" "" '"$INSTDIR\app\bin\${WINDOW}",0'
  WriteRegStr HKCU "${CLASSES}\${EPUB_ID}\shell\open\command" "" '"$INSTDIR\app\bin\${WINDOW}" "%1"'
  WriteRegNone HKCU "${CLASSES}\.epub\OpenWithProgids" "${EPUB_ID}"
  WriteRegStr HKCU "${CLASSES}\${URL_ID}" "" "URL:Alexandria"
  WriteRegStr HKCU "${CLASSES}\${URL_ID}\shell\open\command" "" '"$INSTDIR\app\bin\${WINDOW}" "%1"'
  WriteRegStr HKCU "${CLASSES}\alexandria" "" "URL:Alexandria"
  WriteRegStr HKCU "${CLASSES}\alexandria" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\alexandria\shell\open\command" "" '"$INSTDIR\app\bin\${WINDOW}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}" FriendlyAppName "${NAME}"
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\shell\open\command" "" '"$INSTDIR\app\bin\${WINDOW}" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".epub" ""
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".html" ""
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".md" ""
  WriteRegStr HKCU "${CLASSES}\Applications\${WINDOW}\SupportedTypes" ".txt" ""
  WriteRegStr HKCU "Software\${NAME}\Capabilities" ApplicationName "${NAME}"
  WriteRegStr HKCU "Software\${NAME}\Capabilities" ApplicationDescription "A private library for books and documents"
  WriteRegStr HKCU "Software\${NAME}\Capabilities\FileAssociations" ".epub" "${EPUB_ID}"
  WriteRegStr HKCU "Software\${NAME}\Capabilities\URLAssociations" "alexandria" "${URL_ID}"
  WriteRegStr HKCU "Software\RegisteredApplications" "${NAME}" "Software\${NAME}\Capabilities"

  WriteRegStr HKCU "${UNINSTALL_KEY}" DisplayName "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" DisplayIcon '"$INSTDIR\app\bin\${WINDOW}"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" Publisher "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" EstimatedSize ${INSTALLED_KB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" NoModify 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" NoRepair 1

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\app\bin\${WINDOW}"
  Push ADD
  Call SearchPath
  Pop $0
  ${If} $0 != done
    DetailPrint "$(PATH_KEPT)"
  ${EndIf}
  !insertmacro Announce
  SetErrorLevel 0
  Return

unwritten:
  RMDir /r "$INSTDIR\app.new"
  Delete "$INSTDIR\uninstall.new.exe"
  ; Only if it is empty.
  RMDir "$INSTDIR"
  !insertmacro Stop 12 "$(UNWRITTEN)"
SectionEnd

Function un.onInit
again:
  Call un.InUse
  ${If} $0 != ""
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 11
    Quit
  ${EndIf}
FunctionEnd

Section Uninstall
  SetShellVarContext current
  SetRegView 64
  Push REMOVE
  Call un.SearchPath
  Pop $0
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${CLASSES}\${EPUB_ID}"
  DeleteRegKey HKCU "${CLASSES}\${URL_ID}"
  DeleteRegKey HKCU "${CLASSES}\alexandria"
  DeleteRegKey HKCU "${CLASSES}\Applications\${WINDOW}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\Applications"
  DeleteRegValue HKCU "${CLASSES}\.epub\OpenWithProgids" "${EPUB_ID}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.epub\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "${CLASSES}\.epub"
  DeleteRegValue HKCU "Software\RegisteredApplications" "${NAME}"
  DeleteRegKey HKCU "Software\${NAME}\Capabilities"
  DeleteRegKey /ifempty HKCU "Software\${NAME}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  RMDir /r "$INSTDIR\app"
  RMDir /r "$INSTDIR\app.old"
  RMDir /r "$INSTDIR\app.new"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  !insertmacro Announce
  MessageBox MB_OK|MB_ICONINFORMATION "$(LIBRARY_STAYS)" /SD IDOK
SectionEnd
